import type { ComplexType, ElementDeclaration } from '../../../soap/contract/contract-types.ts';
import { memberAt } from '../../members.ts';
import { camelCase } from '../../words.ts';
import { operationOf, type Plan, rootOf } from '../plan.ts';
import { Markup, Prefixes, quoted } from './markup.ts';
import { isBarePing, recordTypes, simulatedOperations, templateName } from './operations.ts';

/** Writes `templates.ts`: one template for each kind of record, and one for each reply. */
export function writeTemplates(plan: Plan): string {
  const { mapping, contract } = plan;
  const prefixes = new Prefixes();
  const markup = new Markup(prefixes);
  const records = recordTypes(plan).map(
    (type) =>
      `/** A record, as the element \`name\`. \`more\` are attributes. */\nexport const ${templateName(type)} = (name: string, row: ${type.name}Row, more = ''): string =>\n${markup.record(type).join(' +\n')};`,
  );
  const replies = simulatedOperations(plan).map(({ name, type, path }) => {
    const root = rootOf(operationOf(contract, name).output);
    return [name, replyTemplate(markup, prefixes, root, type, path)] as const;
  });
  const pingRoot = isBarePing(plan) ? rootOf(operationOf(contract, mapping.ping.operation).output) : null;
  const ping = pingRoot === null ? null : markup.sample(pingRoot, 1);
  const fault = faultTemplate(plan, markup, prefixes);
  const body = [
    ...records,
    // By now every namespace has a prefix.
    `const namespaces = ${quoted(prefixes.declarations)};`,
    ...replies.map(
      ([name, text]) => `/** The reply of \`${name}\`. */\nexport const ${camelCase(name)}Reply = ${text};`,
    ),
    ...(ping === null
      ? []
      : [
          `/** The reply of the ping. */\nexport const pingReply = ${quoted(ping)}.replace(/(?<=^<[^ >]+)/, namespaces);`,
        ]),
    `/** The vendor's element in a fault. */\nexport const faultDetail = ${fault};`,
  ].join('\n\n');
  const has = (name: string) => body.includes(`${name}(`);
  const helpers = ['each', 'nillableTag', 'optionalTag', 'tag'].filter(has);
  return [
    ...(has('attributeText') ? ["import { attributeText } from '../template-system.ts';"] : []),
    ...(helpers.length === 0 ? [] : [`import { ${helpers.join(', ')} } from '../soap/write-xml.ts';`]),
    `import type { ${recordTypes(plan)
      .map(({ name }) => `${name}Row`)
      .join(', ')} } from './rows.ts';`,
    `\n/** Templates of ${mapping.system.inSentence}. They are made from the contract, and share no code with our codec. */\n`,
    body,
    '',
  ].join('\n');
}

function replyTemplate(
  markup: Markup,
  prefixes: Prefixes,
  root: ElementDeclaration,
  type: ComplexType,
  path: string,
): string {
  const name = prefixes.nameOf(root);
  const parameter = `(rows: readonly ${type.name}Row[]): string`;
  if (path === '') {
    return `${parameter} =>\neach(rows.slice(0, 1), (row) => ${templateName(type)}(${quoted(name)}, row, namespaces))`;
  }
  const member = memberElement(root, path);
  const rows = member !== null && member.maxOccurs > 1 ? 'rows' : 'rows.slice(0, 1)';
  const hole = `each(${rows}, (row) => ${templateName(type)}(${quoted(member === null ? '' : prefixes.nameOf(member))}, row))`;
  const content = markup.contentWithHole(root.type, path.split('.'), hole);
  return `${parameter} =>\n${[`\`<${name}\${namespaces}>\``, ...content, quoted(`</${name}>`)].join(' +\n')}`;
}

/** The element at a path of keys. Null if the path leads to an attribute or nowhere. */
function memberElement(root: ElementDeclaration, path: string): ElementDeclaration | null {
  const member = memberAt(root.type, path);
  return member?.element ?? null;
}

function faultTemplate({ mapping, contract }: Plan, markup: Markup, prefixes: Prefixes): string {
  const element = [...contract.contract.operations.values()]
    .flatMap(({ faults }) => faults)
    .find(({ name }) => name === mapping.faults?.element);
  if (element === undefined || mapping.faults === null) {
    return "(_code: string): string => ''";
  }
  const code = memberElement(element, mapping.faults.code);
  if (code === null) {
    return "(_code: string): string => ''";
  }
  const name = prefixes.nameOf(element);
  const content = markup.contentWithHole(
    element.type,
    mapping.faults.code.split('.'),
    `tag(${quoted(prefixes.nameOf(code))}, code)`,
  );
  return `(code: string): string =>\n${[`\`<${name}\${namespaces}>\``, ...content, quoted(`</${name}>`)].join(' +\n')}`;
}
