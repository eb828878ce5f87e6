/**
 * The SOAP calls of the acts alone: prepared bodies, sent with undici, in the order in which they wait for each other. Of
 * each answer only the status is looked at. One request asks for the acts of several readers in a row, so that the
 * request itself costs little. Usage: `bare.ts PORT URLS`, with the simulators' URLs as JSON.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { SimulatorUrls } from '../lending/simulators/main.ts';
import { type ActName, pageLength } from './acts.ts';
import * as call from './envelopes.ts';
import { readReply } from './rows.ts';
import { type Reader, readerAt } from './seed.ts';
import { openSystems } from './send.ts';

/** Acts of readers in a row, as variables of a request whose query is the name of the act. */
export interface BareActs {
  /** The position of the first reader, counted from 0. */
  readonly from: number;
  readonly count: number;
}

/** The calls of an act. Those of one inner list are sent at the same time. */
type Calls = readonly (readonly call.Call[])[];

/** The number of readers, and so of two cards each, in a call to circulation. */
const readersOfCall = 5;

const [, , port, urls = '{}'] = process.argv;
const send = openSystems(JSON.parse(urls) as SimulatorUrls);
const session = readReply(await (await send(call.login())).body.text(), '').fields.SID ?? '';

const cardsOf = ({ cardNumber, smartIdNumber }: Reader): readonly string[] => [cardNumber, smartIdNumber];

const callsOf: Readonly<Record<ActName, (reader: Reader, position: number) => Calls>> = {
  'main query': (reader) => [
    [call.getPatrons([reader.patronId]), call.getCardsByPatron([reader.patronId])],
    [call.getLoans(session, cardsOf(reader))],
  ],
  'page of twenty'(reader, position) {
    const first = position < pageLength ? 0 : position + 1;
    const page = Array.from({ length: pageLength }, (_, index) => readerAt(first + index));
    const parts = Array.from({ length: pageLength / readersOfCall }, (_, index) =>
      page.slice(index * readersOfCall, (index + 1) * readersOfCall),
    );
    return [
      [call.searchPatrons(first === 0 ? null : reader.patronId, pageLength + 1)],
      [call.getCardsByPatron(page.map(({ patronId }) => patronId))],
      parts.map((readers) => call.getLoans(session, readers.flatMap(cardsOf))),
    ];
  },
  'check-out': (reader) => [
    [call.getCardsByNumber([reader.cardNumber])],
    [call.getPatrons([reader.patronId]), call.getCardsByPatron([reader.patronId])],
    [call.getLoans(session, cardsOf(reader))],
    [call.checkOut(session, reader.cardNumber, reader.itemNumber, 'bare')],
  ],
  'check-in': ({ itemNumber }) => [
    [call.checkIn(session, itemNumber, 'bare')],
    [call.getItems(session, [itemNumber])],
  ],
};

const prepared = new Map<string, Calls>();

function preparedCalls(name: ActName, position: number): Calls {
  const key = `${name} ${position}`;
  const calls = prepared.get(key) ?? callsOf[name](readerAt(position), position);
  prepared.set(key, calls);
  return calls;
}

async function act(name: ActName, { from, count }: BareActs): Promise<void> {
  for (let position = from; position < from + count; position += 1) {
    for (const level of preparedCalls(name, position)) {
      await Promise.all(level.map(async (prepared) => (await send(prepared)).body.dump()));
    }
  }
}

interface Body {
  readonly query: ActName | '{ __typename }';
  readonly variables: BareActs;
}

createServer(async (request, response) => {
  const { query, variables } = (await json(request)) as Body;
  if (query !== '{ __typename }') {
    await act(query, variables);
  }
  response.end('{}');
}).listen({ host: '127.0.0.1', port: Number(port) });
