/** The messages of problems, by addressee. Each says what is wrong and, after a colon, what to do. */
import type { Localized } from '../../../library/language.ts';
import type { Message } from '../../../library/message.ts';
import { holdLimit, loanLimit } from '../limits.ts';
import type { ProblemCode } from '../problem-codes.ts';
import type { Text } from './addressees.ts';
import { invalidTextOf } from './invalid.ts';
import { messagesToReaders } from './reader.ts';
import { messagesToStaff } from './staff.ts';
import { messagesAtStations } from './station.ts';

type Table = Readonly<Partial<Record<ProblemCode, Text>>>;
const readers: Table = messagesToReaders;
const stations: Table = messagesAtStations;

/**
 * The message of a problem. A code may lack a text for stations or for readers. Stations then get the text for staff,
 * and readers get the text for stations.
 * @param count the number of loans or holds that the patron has. Default: the limit.
 * @param field the input's field that an invalid value is in
 */
export function messageOf(code: ProblemCode, count?: number, field?: readonly string[]): Message {
  const aboutField = code === 'INVALID' ? invalidTextOf(field) : undefined;
  if (aboutField !== undefined) {
    return aboutField;
  }
  const say = (text: Text): Localized => (typeof text === 'function' ? text(count ?? limitOf(code)) : text);
  const staff = say(messagesToStaff[code]);
  const station = say(stations[code] ?? staff);
  return { ...say(readers[code] ?? station), station, staff };
}

const limitOf = (code: ProblemCode): number => (code === 'HOLD_LIMIT_REACHED' ? holdLimit : loanLimit);
