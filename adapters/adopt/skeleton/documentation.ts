import { factsOf } from '../report/facts.ts';
import { questionsOn } from '../report/questions.ts';
import { capital } from '../words.ts';
import { fieldOf } from './graph/sdl.ts';
import { type Plan, type TypePlan, typeNamed, type ValuePlan } from './plan.ts';
import { sampleValue } from './suite.ts';

/**
 * Writes the page of a system: what the system adds to the graph, an example of each operation, and the open questions.
 */
export function writeDocumentation(plan: Plan): string {
  const { id, mapping, changes, contract } = plan;
  const { inSentence, wsdl, security } = mapping.system;
  const prefix = plan.systemId.toUpperCase();
  return `# ${inSentence.replace(/^the /, '').replace(/^./, (first) => first.toUpperCase())}

What the graph has of ${inSentence}, which is reached by SOAP. Its contract is [${wsdl}](../../adapters/${id}/${wsdl}), and
[mapping.jsonc](../../adapters/${id}/mapping.jsonc) says what of it is in the graph. This page was drafted by \`npm run adopt\`.

It is at \`${prefix}_URL\`${security === 'none' ? '' : `, with \`${prefix}_USER\` and \`${prefix}_PASSWORD\``}. Without that variable the graph runs without it, and has none of its fields.

## Reading

${examples(plan).join('\n\n')}
${
  changes.length === 0
    ? ''
    : `
## Changing

A change has a \`reference\` of the caller's own. It is made once, however often it is sent. Without an answer of the system it
is \`UNSETTLED\`; the system is then asked by our reference, and after its drop time the change is done or refused.

${changeExamples(plan).join('\n\n')}
`
}
## Not in the graph

${
  Object.entries(mapping.leftOut)
    .map(([name, why]) => `- \`${name}\`: ${why}`)
    .join('\n') || 'Nothing was left out.'
}

## To be asked

${questionsOn(factsOf(wsdl, contract))
  .map((question) => `- ${question}`)
  .join('\n')}
`;
}

const fence = (text: string): string => `\`\`\`graphql\n${text}\n\`\`\``;

/** The command that prints the token for the examples below it. */
const token = (options: string): string => `\`\`\`sh\nnpm run --silent token -- ${options}\n\`\`\``;

const patronToken = token('--patron P0000001');
const tokenFor = (scopes: readonly string[], own = false): string =>
  own || scopes.length === 0 ? patronToken : token(`--staff --scope "${scopes.join(' ')}"`);

function examples({ types, queries, keyQueries, patronFields }: Plan): string[] {
  const example = (name: string, description: string, access: string, content: string): string =>
    `${description}\n\n${access}\n\n${fence(`query ${capital(name)} {\n${content}\n}`)}`;
  return [
    ...keyQueries.map(({ name, description, type, scopes }) =>
      example(
        name,
        description,
        tokenFor(scopes),
        `  ${name}(${type.key?.name}: ${json(type.key)}) {\n${selection(type, '    ')}\n  }`,
      ),
    ),
    ...queries.map(({ name, description, values, returns, scopes }) => {
      const given = values
        .filter(({ isOptional }) => !isOptional)
        .map((value) => `${value.name}: ${json(value)}`);
      const parameters = given.length === 0 ? '' : `(${given.join(', ')})`;
      const fields = selection(typeNamed({ types }, returns), '    ');
      return example(name, description, tokenFor(scopes), `  ${name}${parameters} {\n${fields}\n  }`);
    }),
    ...patronFields.map(({ name, description, returns, own, scopes }) => {
      const fields = selection(typeNamed({ types }, returns), '      ');
      const patron = own ? 'me' : 'patron(id: "P0000001")';
      return example(
        `${name}OfPatron`,
        description,
        tokenFor(scopes, own),
        `  ${patron} {\n    ${name} {\n${fields}\n    }\n  }`,
      );
    }),
  ];
}

function changeExamples({ types, changes }: Plan): string[] {
  return changes.map(({ name, description, patron, values, returns, own, scopes }) => {
    const input = [
      `reference: "${name}-1"`,
      ...(patron === null ? [] : ['patronId: "P0000001"']),
      ...values.filter(({ isOptional }) => !isOptional).map((value) => `${value.name}: ${json(value)}`),
    ].join(', ');
    const fields = selection(typeNamed({ types }, returns), '      ');
    const payload = `    operation {\n      state\n    }\n    ${fieldOf(returns)} {\n${fields}\n    }\n    problems {\n      reason\n      message\n    }`;
    return `${description}\n\n${tokenFor(scopes, own)}\n\n${fence(`mutation ${capital(name)} {\n  ${name}(input: { ${input} }) {\n${payload}\n  }\n}`)}`;
  });
}

const selection = ({ fields }: TypePlan, indent: string): string =>
  fields.map(({ name }) => `${indent}${name}`).join('\n');

/** The sample of a value as a GraphQL literal. */
function json(value: ValuePlan | null): string {
  if (value === null) {
    return 'null';
  }
  const text = sampleValue(value);
  if (value.as === 'enum') {
    return text.slice(1, -1);
  }
  const single = text.startsWith("'") ? JSON.stringify(text.slice(1, -1)) : text;
  return value.member.isRepeated ? `[${single}]` : single;
}
