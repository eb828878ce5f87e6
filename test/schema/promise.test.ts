import { readFileSync } from 'node:fs';
import { type DefinitionNode, type DocumentNode, parse, print } from 'graphql';
import { expect, test } from 'vitest';

/** What was promised and is not served yet, with what it waits for. This list only ever shrinks. */
const awaited: Record<string, Record<string, string>> = {
  patrons: {
    'Query.patronByIdentity': 'a record of every reading',
    'IdentityDocument.number': 'a record of every reading',
    IdentityDocumentInput: 'patronByIdentity',
    ...mutations(['Mutation', 'AmendContactInput', 'AmendContactPayload', 'Operation', 'OperationState']),
    ...mutations(['PatronProblem', 'PatronProblemCode']),
  },
  credentials: {
    'Query.applicationProgress': 'receipts, which come from the journal',
    ApplicationProgress: 'applicationProgress',
    ...mutations(['Mutation', 'SubmitApplicationInput', 'ApplicantInput', 'GuarantorInput']),
    ...mutations(['DecideApplicationInput', 'ReportLossInput', 'ReplaceCredentialInput']),
    ...mutations(['DiscontinueSmartIdInput', 'SurrenderLibraryCardInput', 'PrintInformationCardInput']),
    ...mutations(['SetPinInput', 'VerifyPatronInput', 'SubmitApplicationPayload']),
    ...mutations(['DecideApplicationPayload', 'CredentialPayload', 'Operation', 'OperationState']),
    ...mutations(['PatronVerification', 'VerificationProblem']),
  },
  circulation: {},
};

function mutations(names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, 'mutations, which come with the journal']));
}

/** Every definition and member by its coordinate, printed without its description. */
function coordinates(document: DocumentNode): Map<string, string> {
  const found = new Map<string, string>();
  for (const definition of document.definitions) {
    if ('name' in definition && definition.name !== undefined) {
      found.set(definition.name.value, definition.kind);
      for (const member of membersOf(definition)) {
        const { description: _, ...bare } = member;
        found.set(`${definition.name.value}.${member.name.value}`, print(bare));
      }
    }
  }
  return found;
}

function membersOf(definition: DefinitionNode) {
  if ('fields' in definition) {
    return definition.fields ?? [];
  }
  return 'values' in definition ? (definition.values ?? []) : [];
}

const read = (url: string) => coordinates(parse(readFileSync(new URL(url, import.meta.url), 'utf8')));

test.each(Object.keys(awaited))('%s serves every name that was promised, as it was promised', (subgraph) => {
  const promised = read(`./promised/${subgraph}.graphql`);
  const served = read(`../../schema/${subgraph}.graphql`);
  const waiting = awaited[subgraph] ?? {};
  const isAwaited = (coordinate: string) =>
    coordinate in waiting || (coordinate.split('.')[0] ?? '') in waiting;
  for (const [coordinate, definition] of promised) {
    if (isAwaited(coordinate)) {
      expect(served.has(coordinate), `${coordinate} is served: take it off the list`).toBe(false);
    } else {
      expect(served.get(coordinate), coordinate).toBe(definition);
    }
  }
});
