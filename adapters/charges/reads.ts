import type { ResponseTo, SoapCalls } from '../soap/client.ts';
import { valueCheck } from '../soap/contract/value-check.ts';
import { rowByKey } from '../soap/policy/batch.ts';
import type { UpstreamError } from '../soap/port.ts';
import * as rps from './contract.generated.ts';
import { errorOfRead, type Fault, refusalOf } from './faults.ts';
import { eventOf, paymentOf } from './payments.ts';
import { type ChargesLedger, type Origin, type Payment, type RuleRefusal, refusalCodes } from './port.ts';
import { statementOf } from './statements.ts';
import { dayOf, instantOf, invalid, isNil, rowsOf } from './values.ts';

type Client = SoapCalls<rps.Operations>;
/** Makes a client that sends the origin in a header. */
export type ClientFor = (origin: Origin) => Client;

type Reads = Pick<
  ChargesLedger,
  'statements' | 'paymentsById' | 'paymentsByReference' | 'eventsAfter' | 'receipt' | 'ping'
>;

/** RPS's limits. */
const maxPatrons = 20;
const maxPayments = 25;
const maxEvents = 500;
const maxReceiptBytes = 512 * 1024;
/**
 * The form of a receipt's number. The number becomes a part of a file's name, so it must not contain a slash or a dot.
 */
const receiptNumber = /^[0-9A-Za-z-]{1,32}$/;

const isPatronNo = valueCheck(rps.contract, 'GetStatements', 'request.PatronNos.PatronNo');
const isOrderNo = valueCheck(rps.contract, 'GetReceipt', 'request.OrderNo');
const isMerchantRef = valueCheck(rps.contract, 'CreateOrder', 'request.MerchantRef');

/** The origin of the health check, which is no caller's request. */
const ourselves: Origin = { channel: 'BATCH', clerkId: null };

export const readsOf = (clientFor: ClientFor): Reads => ({
  statements: (patronIds, { includeSettled, origin }, signal) =>
    rowByKey(
      patronIds,
      {
        ...batchOf(clientFor(origin), maxPatrons, 'GetStatements: a statement that was not requested'),
        isKey: isPatronNo,
        async fetch(batch, callSignal) {
          const request = { PatronNos: { PatronNo: batch }, IncludeSettled: includeSettled };
          const reply = await read(clientFor(origin), 'GetStatements', { request }, callSignal);
          return rowsOf(reply.GetStatementsResult?.Statement).map(statementOf);
        },
        keyOf: ({ patronId }) => patronId,
      },
      signal,
    ),
  paymentsById: (ids, origin, signal) =>
    rowByKey(
      ids,
      {
        ...batchOf(clientFor(origin), maxPayments, 'GetOrders: an order that was not requested'),
        isKey: isOrderNo,
        fetch: (batch, callSignal) =>
          payments(clientFor(origin), { OrderNos: { OrderNo: batch } }, callSignal),
        keyOf: ({ id }) => id,
      },
      signal,
    ),
  paymentsByReference: (references, origin, signal) =>
    rowByKey(
      references,
      {
        ...batchOf(clientFor(origin), maxPayments, 'GetOrders: an order that was not requested'),
        isKey: isMerchantRef,
        fetch: (batch, callSignal) =>
          payments(clientFor(origin), { MerchantRefs: { MerchantRef: batch } }, callSignal),
        keyOf: ({ reference }) => reference,
      },
      signal,
    ),
  eventsAfter: (sequence, first, origin, signal) => eventsAfter(clientFor(origin), sequence, first, signal),
  receipt: (paymentId, origin, signal) => receipt(clientFor(origin), paymentId, signal),
  async ping(signal) {
    const { PingResult } = await read(clientFor(ourselves), 'Ping', {}, signal);
    if (isNil(PingResult)) {
      throw invalid('Ping: no result');
    }
    const { Version, ServerTime, BusinessDate } = PingResult;
    return { version: Version, time: instantOf(ServerTime), businessDate: dayOf(BusinessDate) };
  },
});

const batchOf = (client: Client, size: number, unexpected: string) => ({
  size,
  concurrency: client.concurrency,
  unexpectedRow: (): UpstreamError => invalid(unexpected),
});

async function payments(
  client: Client,
  request: rps.GetOrdersRequest,
  signal: AbortSignal,
): Promise<readonly Payment[]> {
  const { GetOrdersResult } = await read(client, 'GetOrders', { request }, signal);
  return rowsOf(GetOrdersResult?.Order).map(paymentOf);
}

const eventsAfter = async (client: Client, sequence: bigint, first: number, signal: AbortSignal) => {
  if (!Number.isInteger(first) || first < 1 || first > maxEvents) {
    throw new RangeError(`first is ${first}: it must be a whole number from 1 to ${maxEvents}`);
  }
  const request = { AfterSeq: sequence, MaxRows: first };
  const { ListChangesResult: page } = await read(client, 'ListChanges', { request }, signal);
  if (isNil(page)) {
    throw invalid('ListChanges: no result');
  }
  const events = rowsOf(page.Changes?.Change).map(eventOf);
  // The caller asks for the next page after `lastSequence`. If this page missed a row or had it twice, the caller's
  // sums would be wrong.
  const last = events.reduce((before, { sequence: next }) => {
    if (next <= before) {
      throw invalid('ListChanges: rows in another order');
    }
    return next;
  }, sequence);
  if (page.LastSeq !== last || (page.More && events.length === 0)) {
    throw invalid('ListChanges: another last row');
  }
  return { events, lastSequence: last, hasMore: page.More };
};

const receipt = async (client: Client, paymentId: string, signal: AbortSignal) => {
  if (!isOrderNo(paymentId)) {
    return { refused: 'NO_SUCH_PAYMENT', chargeId: null, paymentId: null } as const;
  }
  const response = await client.ask('GetReceipt', { request: { OrderNo: paymentId } }, signal);
  if (response.kind === 'fault') {
    return ruleRefusalOf(response, 'GetReceipt');
  }
  const { GetReceiptResult: result } = response.reply;
  if (isNil(result) || !isPdf(result) || result.Content.length > maxReceiptBytes) {
    throw invalid('GetReceipt: no PDF of the size of a receipt');
  }
  if (!receiptNumber.test(result.ReceiptNo)) {
    throw invalid('GetReceipt: a number of another form');
  }
  return {
    receipt: { id: result.ReceiptNo, issuedAt: instantOf(result.IssuedAt), content: result.Content },
  };
};

const isPdf = ({ ContentType, Content }: rps.Receipt): boolean =>
  ContentType === 'application/pdf' && Buffer.from(Content.subarray(0, 5)).toString('latin1') === '%PDF-';

/** The refusal of a read, if a rule of RPS forbids the read. @throws {UpstreamError} The fault has another meaning. */
function ruleRefusalOf(fault: Fault, operation: string): RuleRefusal {
  if (fault.name === 'BusinessFault' && fault.detail !== null) {
    const refusal = refusalOf(fault, operation);
    if (isRuleRefusal(refusal)) {
      return refusal;
    }
  }
  throw errorOfRead(fault, operation);
}

const isRuleRefusal = (refusal: { readonly refused: string }): refusal is RuleRefusal =>
  refusalCodes.some((code) => code === refusal.refused);

type Name = keyof rps.Operations;

/** The reply to a read. @throws {UpstreamError} The answer is a fault. */
async function read<Of extends Name>(
  client: Client,
  operation: Of,
  request: rps.Operations[Of]['request'],
  signal: AbortSignal,
): Promise<rps.Operations[Of]['reply']> {
  const response: ResponseTo<rps.Operations[Of]> = await client.ask(operation, request, signal);
  if (response.kind === 'reply') {
    return response.reply;
  }
  // This cast is safe, because the response is a fault of one of the operations.
  throw errorOfRead(response as Fault, operation);
}
