/** The messages of problems, for readers, stations and staff. Each says what is wrong and, after a colon, what to do. */
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
 * The message of a problem for each of the three addressees. If a code has no text for stations, they get the text for
 * staff. If it has none for readers, they get the text for stations.
 * @param count the number of loans or holds that the patron has. Default: the limit.
 * @param field the path of the input's field that has the invalid value
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
