import { type Plan, type TypePlan, translatorOf, type ValuePlan } from '../plan.ts';
import { accessOf, fromVendor } from '../values.ts';

/** Writes `translation.ts`, which translates the vendor's records into the port's records. */
export function writeTranslation(plan: Plan): string {
  const { mapping, types } = plan;
  const body = [
    `/** The error for an answer that makes no sense. \`detail\` must not quote a value of the answer. */
export const invalid = (detail: string): UpstreamError =>
  new UpstreamError('${mapping.system.name}', 'invalid-response', detail);`,
    ...types.map(translator),
    `/** The one record that may be there, as a list. */
export const some = <Row>(row: Row | null | undefined): Row[] => (row == null ? [] : [row]);`,
    ...helpers(plan),
  ].join('\n\n');
  const datesUsed = ['compactDay', 'dayOfCompact', 'dayOfSlashed', 'instantOfStamp', 'slashedDay'].filter(
    (name) => body.includes(`${name}(`),
  );
  const momentsUsed = ['dayOf', 'instantOf'].filter((name) => body.includes(`${name}(`));
  return [
    ...(datesUsed.length === 0
      ? []
      : [`import { ${datesUsed.join(', ')} } from '../soap/contract/legacy-dates.ts';`]),
    ...(momentsUsed.length === 0
      ? []
      : [`import { ${momentsUsed.join(', ')} } from '../soap/contract/xsd-dates.ts';`]),
    "import { UpstreamError } from '../soap/port.ts';",
    "import type * as vendor from './contract.generated.ts';",
    `import type { ${types.map(({ name }) => name).join(', ')} } from './port.ts';`,
    '',
    body,
  ].join('\n');
}

const translator = ({ name, from, fields }: TypePlan): string =>
  `export const ${translatorOf(name)} = (row: vendor.${from.name}): ${name} => ({\n${fields
    .map((field) => `  ${field.name}: ${expression(field, accessOf(from, field.path, 'row'))},`)
    .join('\n')}\n});`;

function expression(field: ValuePlan, access: string): string {
  const { member, isOptional } = field;
  if (member.isRepeated) {
    const values = member.isNillable ? `${access}.filter((value) => value !== null)` : access;
    const translated = fromVendor(field, 'value');
    const list = translated === 'value' ? values : `${values}.map((value) => ${translated})`;
    return access.includes('?.') ? `${list} ?? []` : list;
  }
  if (!isOptional) {
    return fromVendor(field, access);
  }
  if (fromVendor(field, access) === access) {
    return `${access} ?? null`;
  }
  return `${access} == null ? null : ${fromVendor(field, access)}`;
}

/**
 * The conversion functions that requests need, such as from text to a whole number. Each function throws for a text
 * that the contract has no form for.
 */
function helpers({ mapping, queries, changes, types, patronFields, contract }: Plan): string[] {
  const values = [...queries, ...changes].flatMap((plan) => plan.values);
  const unencodable = (detail: string) =>
    `throw new UpstreamError('${mapping.system.name}', 'unencodable', '${detail}');`;
  const hasLong = [...contract.types].some((type) => type.kind === 'atomic' && type.primitive === 'long');
  const usesWhole =
    hasLong && (types.some(({ lookup }) => lookup !== null) || values.length > 0 || patronFields.length > 0);
  const day = (name: string, from: string) =>
    `export function ${name}(day: string): string {\n  const text = ${from}(day);\n  if (text === null) {\n    ${unencodable('a day that does not exist')}\n  }\n  return text;\n}`;
  return [
    ...(usesWhole
      ? [
          `/** @throws UpstreamError \`unencodable\` if the text is no whole number. */\nexport function whole(text: string): bigint {\n  if (!/^-?[0-9]{1,30}$/.test(text)) {\n    ${unencodable('not a whole number')}\n  }\n  return BigInt(text);\n}`,
        ]
      : []),
    ...(values.some(({ as }) => as === 'compact-date') ? [day('compact', 'compactDay')] : []),
    ...(values.some(({ as }) => as === 'slashed-date') ? [day('slashed', 'slashedDay')] : []),
  ];
}
