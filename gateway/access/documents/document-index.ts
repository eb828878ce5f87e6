import { type ASTNode, type DefinitionNode, type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { type CacheStats, WeightedCache } from '../../../platform/caches/weighted-cache.ts';
import type { Manifests } from './folder.ts';
import { sha256Id } from './manifest.ts';
import { cutIntoStretches } from './stretches.ts';

/** The maximum number of documents in all manifests together. */
const maxDocuments = 10_000;
/** The maximum number of characters in all documents together. */
const maxCharacters = 20_000_000;
/** The maximum total length of the judged texts (`judge`) that the cache keeps, in characters. */
const maxJudgedCharacters = 1_000_000;
/** The weight of a judged text is its length plus this, in characters. */
const judgementWeight = 300;

/** A trusted document. `manifest` is the name of the manifest's file. */
export interface IndexedDocument {
  readonly manifest: string;
  readonly id: string;
  readonly text: string;
}

export type Judgement =
  | { readonly trusted: true }
  /** `identity` is null if the text is not GraphQL or has too many tokens. */
  | { readonly trusted: false; readonly identity: DocumentIdentity | null };

const trusted: Judgement = { trusted: true };

/**
 * The description of a document for the log. Nobody can guess a string or a number in the document from the description
 * (R30).
 */
export interface DocumentIdentity {
  /**
   * `sha256:` and the hash of the text. If the document has strings or numbers as values, the hash is that of the
   * canonical form without these values.
   */
  readonly id: string;
  /**
   * The name of the document's only operation. Null if the operation has no name, or if there are several operations.
   */
  readonly operationName: string | null;
}

/**
 * Trusted documents, by id and by text. A text may differ from a trusted text in white space, comments, commas, and the
 * order of operations and fragments. These differences have no meaning. For example, Apollo Client sends fragments in
 * another order than its manifest.
 */
export class DocumentIndex {
  readonly documents: readonly IndexedDocument[];
  readonly #maxTokens: number;
  readonly #operationNames = new Set<string>();
  readonly #textById = new Map<string, string>();
  readonly #texts = new Set<string>();
  readonly #canonicalForms = new Set<string>();
  readonly #judged = new WeightedCache<string, Judgement>(maxJudgedCharacters);

  private constructor(documents: readonly IndexedDocument[], maxTokens: number) {
    this.documents = documents;
    this.#maxTokens = maxTokens;
  }

  /** @param report Called with the manifest's name and the reason if documents are left out. */
  static async build(
    manifests: Manifests,
    maxTokens: number,
    report: (manifest: string, reason: string) => void,
  ): Promise<DocumentIndex> {
    const index = new DocumentIndex(selectDocuments(manifests, report), maxTokens);
    const nextStretch = cutIntoStretches();
    for (const document of index.documents) {
      index.#add(document);
      await nextStretch();
    }
    return index;
  }

  #add({ id, text }: IndexedDocument): void {
    this.#textById.set(id, text).set(sha256Id(text), text);
    this.#texts.add(text);
    const document = this.#parse(text);
    if (document !== null) {
      this.#canonicalForms.add(canonicalForm(document));
      for (const definition of document.definitions) {
        if (definition.kind === Kind.OPERATION_DEFINITION && definition.name !== undefined) {
          this.#operationNames.add(definition.name.value);
        }
      }
    }
  }

  get operationNames(): ReadonlySet<string> {
    return this.#operationNames;
  }

  get stats(): CacheStats {
    return this.#judged.stats;
  }

  /**
   * Returns the text of a trusted document, or undefined.
   * @param id The id in the document's manifest, or the SHA-256 of the document's text, with or without `sha256:`.
   */
  find(id: string): string | undefined {
    return this.#textById.get(id) ?? this.#textById.get(`sha256:${id}`);
  }

  /** Returns whether a text is trusted. An unknown text is parsed, and `maxTokens` limits the time of the parsing. */
  judge(text: string): Judgement {
    if (this.#texts.has(text)) {
      return trusted;
    }
    const known = this.#judged.get(text);
    if (known !== undefined) {
      return known;
    }
    const judgement = this.#judgeForm(text);
    this.#judged.set(text, judgement, { weight: text.length + judgementWeight });
    return judgement;
  }

  #judgeForm(text: string): Judgement {
    const document = this.#parse(text);
    if (document === null) {
      return { trusted: false, identity: null };
    }
    return this.#canonicalForms.has(canonicalForm(document))
      ? trusted
      : { trusted: false, identity: identityOf(text, document) };
  }

  /** Parses a text. Null if it is not GraphQL or has too many tokens. Its sender gets the parser's error later. */
  #parse(text: string): DocumentNode | null {
    try {
      return parse(text, { maxTokens: this.#maxTokens, noLocation: true });
    } catch {
      return null;
    }
  }
}

/**
 * Selects at most `maxDocuments` documents with at most `maxCharacters`, each id once. If two manifests have different
 * documents with the same id, the manifest whose name sorts first wins.
 */
function selectDocuments(
  manifests: Manifests,
  report: (manifest: string, reason: string) => void,
): readonly IndexedDocument[] {
  const selected = new Map<string, IndexedDocument>();
  let characters = 0;
  for (const [manifest, documents] of manifests) {
    for (const { id, text } of documents) {
      const other = selected.get(id);
      if (other !== undefined) {
        if (other.text !== text) {
          report(manifest, `its id ${id} stands for another document in ${other.manifest}`);
        }
        continue;
      }
      characters += text.length;
      if (selected.size >= maxDocuments || characters > maxCharacters) {
        report(
          manifest,
          `all manifests have more than ${maxDocuments} documents or ${maxCharacters} characters`,
        );
        return [...selected.values()];
      }
      selected.set(id, { manifest, id, text });
    }
  }
  return [...selected.values()];
}

/**
 * Returns a hash that ignores differences without meaning. `query A { b, c }` and `query A {\n  b\n  c\n}` have the
 * same hash.
 */
function canonicalForm({ definitions }: DocumentNode): string {
  const sorted = definitions.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return sha256Id(print({ kind: Kind.DOCUMENT, definitions: sorted }));
}

function sortKey(definition: DefinitionNode): string {
  const name = 'name' in definition ? definition.name?.value : undefined;
  return `${definition.kind} ${name ?? ''}`;
}

function identityOf(text: string, document: DocumentNode): DocumentIdentity {
  const withoutValues: DocumentNode = visit(document, { enter: blankValue });
  return {
    // If the document has no values to replace, `visit` returns the same object. The id is then the hash of the text.
    id: withoutValues === document ? sha256Id(text) : canonicalForm(withoutValues),
    operationName: operationNameOf(document),
  };
}

/** Returns an empty string or a zero in place of a string or number. Undefined for any other node, which stays. */
function blankValue(node: ASTNode): ASTNode | undefined {
  switch (node.kind) {
    case Kind.STRING:
      return { kind: Kind.STRING, value: '' };
    case Kind.INT:
    case Kind.FLOAT:
      return { kind: node.kind, value: '0' };
    default:
      return undefined;
  }
}

function operationNameOf({ definitions }: DocumentNode): string | null {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operations.length === 1 ? (operations[0]?.name?.value ?? null) : null;
}
