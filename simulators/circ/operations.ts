import type { Operations } from '../simulated-system.ts';
import { int, rowLimit, text, texts } from '../soap/fields.ts';
import { each } from '../soap/write-xml.ts';
import type { XmlElement } from '../soap/xml.ts';
import type { CircTables } from '../tables/store.ts';
import { Desk } from './desk.ts';
import { EventLog } from './event-log.ts';
import { Shelves } from './shelves.ts';
import * as wire from './wire.ts';

/**
 * Returns all operations that require a session, and the desk that makes their changes. Each operation first ends ready
 * holds that were not collected in time. It returns the part of its answer that follows `RC` and `MSG`.
 */
export function operationsOf(
  tables: CircTables,
  clock: () => Date,
): { readonly operations: Operations; readonly desk: Desk } {
  const shelves = new Shelves(tables, clock);
  const eventLog = new EventLog(tables, clock);
  const desk = new Desk(tables, clock, shelves, eventLog);
  const operations = {
    ...reads(shelves, eventLog),
    ...lending(desk, shelves),
    ...holdsAndCards(desk, shelves),
  };
  const lapsing = Object.entries(operations).map(([name, run]): [string, Operations[string]] => [
    name,
    (payload) => {
      shelves.lapse();
      return run(payload);
    },
  ]);
  return { operations: Object.fromEntries(lapsing), desk };
}

function reads(shelves: Shelves, eventLog: EventLog): Operations {
  const cardNos = (payload: XmlElement) => texts(payload, 'CardNo');
  return {
    GetLoans: (payload) => each(shelves.loansOf(cardNos(payload)), wire.loan),
    GetHolds: (payload) => each(shelves.holdsOf(cardNos(payload)), wire.hold),
    GetCharges: (payload) => each(shelves.chargesOf(cardNos(payload)), wire.charge),
    GetItems: (payload) => each(shelves.items(texts(payload, 'ItemNo')), wire.item),
    FindItems: (payload) =>
      each(shelves.findItems(text(payload, 'Title'), rowLimit(payload, 'MaxRows')), wire.item),
    FindByRef: (payload) => wire.events(eventLog.byRef(text(payload, 'Ref'))),
    ListEvents: (payload) =>
      wire.events(eventLog.after(int(payload, 'AfterSeq'), rowLimit(payload, 'MaxRows'))),
  };
}

function lending(desk: Desk, shelves: Shelves): Operations {
  return {
    CheckOut: (payload) =>
      wire.loan(
        shelves.titled(desk.checkOut(text(payload, 'CardNo'), text(payload, 'ItemNo'), text(payload, 'Ref'))),
      ),
    CheckIn: (payload) =>
      wire.loan(shelves.titled(desk.checkIn(text(payload, 'ItemNo'), text(payload, 'Ref')))),
    Renew: (payload) => wire.loan(shelves.titled(desk.renew(text(payload, 'LoanNo'), text(payload, 'Ref')))),
  };
}

function holdsAndCards(desk: Desk, shelves: Shelves): Operations {
  const nothing = (act: (cardNo: string, ref: string) => void) => (payload: XmlElement) => {
    act(text(payload, 'CardNo'), text(payload, 'Ref'));
    return '';
  };
  return {
    PlaceHold: (payload) => {
      const branch = text(payload, 'PickupBranch');
      const hold = desk.placeHold(
        text(payload, 'CardNo'),
        text(payload, 'BibNo'),
        branch,
        text(payload, 'Ref'),
      );
      return wire.hold(shelves.titled(hold));
    },
    CancelHold: (payload) =>
      wire.hold(shelves.titled(desk.cancelHold(text(payload, 'HoldNo'), text(payload, 'Ref')))),
    RegisterCard: nothing((cardNo, ref) => desk.registerCard(cardNo, ref)),
    BlockCard: nothing((cardNo, ref) => desk.blockCard(cardNo, ref)),
    UnblockCard: nothing((cardNo, ref) => desk.unblockCard(cardNo, ref)),
  };
}
