import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** A calendar day as one string, `YYYY-MM-DD`. The day must exist. */
export const DateScalar = stringScalar('Date', isCalendarDay, 'a calendar day, YYYY-MM-DD');

/** An instant as one string, RFC 3339 with its offset. */
export const DateTimeScalar = stringScalar('DateTime', isInstant, 'an RFC 3339 date-time with its offset');

/** Whether the day exists in the Gregorian calendar, in the years 0001 to 9999. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) {
    return false;
  }
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function isInstant(text: string): boolean {
  const form = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  return form?.[1] !== undefined && isCalendarDay(form[1]) && !Number.isNaN(Date.parse(text));
}

/** A string scalar that is validated as input and as output. Its errors never quote the value (R30). */
function stringScalar(
  name: string,
  valid: (text: string) => boolean,
  form: string,
): GraphQLScalarType<string, string> {
  const check = (value: unknown): string => {
    if (typeof value === 'string' && valid(value)) {
      return value;
    }
    throw new GraphQLError(`${name} must be ${form}.`, { extensions: { code: 'BAD_USER_INPUT' } });
  };
  return new GraphQLScalarType({
    name,
    serialize: check,
    parseValue: check,
    parseLiteral: (node: ValueNode) => check(node.kind === Kind.STRING ? node.value : undefined),
  });
}
