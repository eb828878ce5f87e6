import type { Operations } from '../simulated-system.ts';
import { flag, optionalText, rowLimit, text, texts } from '../soap/fields.ts';
import { each, tag } from '../soap/write-xml.ts';
import type { XmlElement } from '../soap/xml.ts';
import type { CmsTables } from '../tables/store.ts';
import { Applications } from './applications.ts';
import { Cards } from './cards.ts';
import { CmsError } from './cms-error.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import { PinLock } from './pin-lock.ts';
import * as wire from './wire.ts';

const MAX_KEYS = 25;

export function operationsOf(tables: CmsTables, clock: () => Date): Operations {
  const cards = new Cards(tables, clock);
  const applications = new Applications(tables, clock);
  const idempotencyKeys = seededIdempotencyKeys(tables, clock);
  const once = (payload: XmlElement, act: () => string): string =>
    idempotencyKeys.once(text(payload, 'clientRef'), payload.local, act);
  return {
    ...reads(cards, applications),
    ...applicationWrites(applications, once),
    ...cardWrites(cards, once),
    ...pinWrites(cards, new PinLock(clock), once),
  };
}

/**
 * Creates the idempotency keys. Each application of the seed counts as already submitted, so the answer to its
 * submission is remembered under its `clientRef`.
 */
function seededIdempotencyKeys(tables: CmsTables, clock: () => Date): IdempotencyKeys {
  const idempotencyKeys = new IdempotencyKeys(clock);
  for (const row of tables.applications.values()) {
    const received = { ...row, status: 'RCV', decidedAt: null, decidedBy: null, reason: null } as const;
    const at = Date.parse(row.submittedAt);
    idempotencyKeys.remember(row.clientRef, 'SubmitApplication', wire.application(received), at);
  }
  return idempotencyKeys;
}

function reads(cards: Cards, applications: Applications): Operations {
  return {
    GetCardsByPatron: (payload) => each(cards.byPatron(texts(payload, 'patronNo')), wire.card),
    GetCardsByNumber: (payload) => {
      const cardNos = wire.listOf(payload, 'cardNos');
      if (cardNos.length > MAX_KEYS) {
        throw new CmsError('E1005', `too many keys: ${cardNos.length}`);
      }
      return each(cards.byNumber(cardNos), wire.card);
    },
    FindSmartCard: (payload) => {
      const found = cards.findSmartCard(text(payload, 'hkid'), wire.day(payload, 'dateOfIssue'));
      return found === null ? '' : wire.card(found);
    },
    GetApplications: (payload) =>
      each(applications.byNumber(texts(payload, 'applicationNo')), wire.application),
    ListApplications: (payload) => {
      const { total, rows } = applications.list({
        status: optionalText(payload, 'status'),
        patronNo: optionalText(payload, 'patronNo'),
        after: optionalText(payload, 'afterApplicationNo'),
        maxRows: rowLimit(payload, 'maxRows'),
      });
      return tag('total', total) + each(rows, wire.application);
    },
    ListLossReports: (payload) => {
      const after = optionalText(payload, 'afterReportNo');
      const { total, rows } = cards.listLossReports(after, rowLimit(payload, 'maxRows'));
      return tag('total', total) + each(rows, wire.lossReport);
    },
  };
}

/**
 * Calls `act`, and returns its answer. If the request's `clientRef` has been used before, returns the earlier answer
 * without calling `act`.
 */
type Once = (payload: XmlElement, act: () => string) => string;

function applicationWrites(applications: Applications, once: Once): Operations {
  return {
    SubmitApplication: (payload) => {
      const application = wire.newApplicationOf(payload);
      return once(payload, () => wire.application(applications.submit(application)));
    },
    DecideApplication: (payload) =>
      wire.application(
        applications.decide(text(payload, 'applicationNo'), {
          approve: flag(payload, 'approve'),
          patronNo: optionalText(payload, 'patronNo'),
          decidedBy: text(payload, 'decidedBy'),
          reason: optionalText(payload, 'reason'),
        }),
      ),
  };
}

function cardWrites(cards: Cards, once: Once): Operations {
  const cardNoOf = (payload: XmlElement) => text(payload, 'cardNo');
  return {
    IssueCard: (payload) => {
      const facts = {
        hkid: optionalText(payload, 'hkid'),
        dateOfIssue: wire.optionalDay(payload, 'dateOfIssue'),
      };
      const type = wire.oneOf(wire.CARD_TYPES, text(payload, 'type'));
      return once(payload, () => wire.card(cards.issue(text(payload, 'patronNo'), type, facts)));
    },
    ReportLoss: (payload) => {
      const given = optionalText(payload, 'onReplacement');
      const onReplacement = given === null ? null : wire.oneOf(wire.ON_REPLACEMENT, given);
      return once(payload, () => {
        const { report, card } = cards.reportLoss(cardNoOf(payload), onReplacement);
        return wire.lossReport(report) + wire.card(card);
      });
    },
    ReplaceCard: (payload) => {
      const dateOfIssue = wire.optionalDay(payload, 'dateOfIssue');
      return once(payload, () => wire.card(cards.replace(cardNoOf(payload), dateOfIssue)));
    },
    CloseCard: (payload) => {
      const status = wire.oneOf(wire.CARD_STATUSES, text(payload, 'status'));
      return once(payload, () => wire.card(cards.close(cardNoOf(payload), status)));
    },
    PrintInformationCard: (payload) =>
      once(payload, () => wire.card(cards.printInformationCard(cardNoOf(payload)))),
  };
}

function pinWrites(cards: Cards, lock: PinLock, once: Once): Operations {
  return {
    VerifyPin: (payload) => {
      const cardNo = text(payload, 'cardNo');
      return wire.pinVerdict(lock.verify(cardNo, cards.pinOf(cardNo) === text(payload, 'pin')));
    },
    ChangePin: (payload) =>
      once(payload, () => {
        cards.changePin(text(payload, 'cardNo'), text(payload, 'newPin'));
        return tag('changed', true);
      }),
  };
}
