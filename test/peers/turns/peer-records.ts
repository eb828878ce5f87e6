import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coreSystemIds } from '../../../platform/systems.ts';
import { compactDay } from '../../../simulators/hong-kong-time.ts';
import type { Store } from '../../../simulators/tables/store.ts';
import { type Records, rowsOf } from '../../fault/procedures/harness/record-changes.ts';
import type { PeerName } from '../peer.ts';

type Row = Readonly<Record<string, unknown>>;
type Folders = Readonly<Record<PeerName, string>>;

/** Writes the rows of a store as the peers keep them: in the words of the three WSDLs. */
export function writeRecords(folders: Folders, store: Store): void {
  const rows = { prs: registryRows(store), cms: cardRows(store), circ: circulationRows(store) };
  for (const name of coreSystemIds) {
    writeFileSync(join(folders[name], 'records.json'), JSON.stringify(rows[name]));
  }
}

/** `addrLine` is `ADDR_LINE` in the registry. */
const upperSnake = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
const camel = (name: string): string =>
  name.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** `cardNo` is `CardNo` in circulation. */
const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const renamed = (row: Row, nameOf: (name: string) => string): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [nameOf(name), value]));

/** The registry leaves out what a record doesn't have. */
function registryRows({ prs }: Store): object {
  const recordOf = ({ patronNo, status, regDate, lastUpd, ...details }: Row) => ({
    PATRON_NO: patronNo,
    DETAILS: renamed(
      Object.fromEntries(
        Object.entries(details).filter(([, value]) => value !== null && String(value) !== ''),
      ),
      upperSnake,
    ),
    STATUS: status,
    REG_DATE: regDate,
    LAST_UPD: lastUpd,
  });
  const rows = [...prs.patrons.values()];
  return {
    patrons: rows.map((row) =>
      recordOf({ ...row, dob: compactDay(row.dob), addrProof: row.addrProof ? 'Y' : 'N' }),
    ),
  };
}

/** Card management has the simulators' names, and days such as `24/11/2026`. */
function cardRows({ cms }: Store): object {
  const tables = {
    cards: [...cms.cards.values()].map(({ pin: _pin, ...card }) => card),
    applications: [...cms.applications.values()],
    lossReports: [...cms.lossReports.values()],
  };
  return JSON.parse(JSON.stringify(tables).replaceAll(/"(\d{4})-(\d\d)-(\d\d)"/g, '"$3/$2/$1"'));
}

function circulationRows({ circ }: Store): object {
  const titled = <Titled extends { readonly bibNo: string }>(row: Titled) => ({
    ...row,
    title: circ.items.by('bibNo', row.bibNo)[0]?.title ?? '',
  });
  const named = (rows: readonly Row[]) => rows.map((row) => renamed(row, pascal));
  return {
    known: [...circ.knownCards],
    blocked: [...circ.blockedCards],
    loans: named([...circ.loans.values()].map(titled)),
    holds: named([...circ.holds.values()].map(({ itemNo: _copy, ...hold }) => titled(hold))),
    charges: named([...circ.charges.values()]),
    events: named(circ.events),
  };
}

/** Reads what the peers keep now, in the simulators' words. */
export function readRecords(folders: Folders): Records {
  const rowsIn = (name: PeerName): Record<string, Record<string, unknown>[]> =>
    JSON.parse(readFileSync(join(folders[name], 'records.json'), 'utf8'));
  const { patrons = [] } = rowsIn('prs');
  const { cards = [], applications = [], lossReports = [] } = rowsIn('cms');
  const { events = [], known = [], blocked = [] } = rowsIn('circ');
  return {
    rows: rowsOf({
      patrons: patrons.map(({ DETAILS: details, ...record }) =>
        renamed({ ...record, ...(details as Row) }, camel),
      ),
      cards,
      applications,
      lossReports,
    }),
    events: events.map(({ Kind, CardNo, Ref }) => ({
      kind: String(Kind),
      cardNo: String(CardNo),
      ref: String(Ref),
    })),
    known: new Set(known.map(String)),
    blocked: new Set(blocked.map(String)),
  };
}
