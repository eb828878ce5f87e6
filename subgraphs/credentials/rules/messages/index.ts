/** The messages of problems, by addressee. Each says what is wrong, and then what to do. */
import type { Message } from '../../../library/message.ts';
import type { CodeWithMessage } from './codes.ts';
import { messagesToReaders } from './reader.ts';
import { messagesToStaff } from './staff.ts';
import { messagesAtStations } from './station.ts';

export const messageOf = (code: CodeWithMessage): Message => ({
  ...messagesToReaders[code],
  station: messagesAtStations[code],
  staff: messagesToStaff[code],
});
