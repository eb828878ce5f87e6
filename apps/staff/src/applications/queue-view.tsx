import { Button, Dialog, drafts, Link, Page, useLive, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { everything } from '../lists/address.ts';
import { chosenIn, Filter, useAddressChoice } from '../lists/work/filter.tsx';
import { listTexts } from '../lists/work/texts.ts';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import {
  type ApplicationChannel,
  type ApplicationOrder,
  ApplicationQueueDocument,
  type ApplicationStatus,
  CredentialChangesDocument,
} from '../operations.generated.ts';
import { applicationChannelWords, applicationStatusWords } from '../words.ts';
import { counterTexts } from './counter-texts.ts';
import { useQueueColumns } from './queue-table.tsx';
import { rejectDraft } from './reject-form.tsx';
import { groupBySameDocument } from './same-document.ts';
import { queueTexts } from './texts.ts';
import { ApproveSeveral } from './together/approve-several.tsx';
import { RejectSeveral } from './together/reject-several.tsx';

const orders = ['OLDEST_FIRST', 'NEWEST_FIRST'] as const satisfies readonly ApplicationOrder[];
/** The statuses that can be chosen. The first is the default: applications that wait for a decision. */
const statuses = ['RECEIVED', 'APPROVED', 'REJECTED', 'WITHDRAWN', everything] as const satisfies readonly (
  | ApplicationStatus
  | typeof everything
)[];
const channels = [everything, 'INTERNET', 'COUNTER'] as const satisfies readonly (
  | ApplicationChannel
  | typeof everything
)[];

export function QueueView(): ReactNode {
  const texts = useTexts(queueTexts);
  const { newOne } = useTexts(counterTexts);
  const status = useAddressChoice('status', statuses);
  const order = useAddressChoice('order', orders);
  const channel = useAddressChoice('channel', channels);
  const statusWords = useTexts(applicationStatusWords);
  const channelWords = useTexts(applicationChannelWords);
  const words = useTexts(listTexts);
  return (
    <Page
      title={texts.title}
      actions={
        <Link className="button primary" to="/applications/new">
          {newOne}
        </Link>
      }
    >
      <Queue
        key={`${order.value} ${status.value} ${channel.value}`}
        status={chosenIn(status)}
        channel={chosenIn(channel)}
        orderBy={order.value}
        filters={
          <>
            <Filter
              label={texts.status}
              choice={status}
              words={{ ...statusWords, [everything]: texts.anyStatus }}
            />
            <Filter label={words.order} choice={order} words={texts} />
            <Filter
              label={texts.channel}
              choice={channel}
              words={{ ...channelWords, [everything]: texts.anyChannel }}
            />
          </>
        }
      />
    </Page>
  );
}

/**
 * The applications that match the filter, and the decision about those that staff have selected. The selection is kept
 * when staff turn to another page, because applications of several pages may be decided together.
 */
function Queue({
  status,
  channel,
  orderBy,
  filters,
}: {
  readonly status: ApplicationStatus | null;
  readonly channel: ApplicationChannel | null;
  readonly orderBy: ApplicationOrder;
  readonly filters: ReactNode;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const list = useList(
    ApplicationQueueDocument,
    (page) => ({ filter: { status, channel }, orderBy, ...page }),
    ({ applications }) => applications,
  );
  useLive(list.answer, CredentialChangesDocument, { after: list.page?.changesCursor });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const ids = [...chosen];
  const columns = useQueueColumns(chosen, (some, isChosen) =>
    setChosen(new Set(isChosen ? [...ids, ...some] : ids.filter((id) => !some.includes(id)))),
  );
  return (
    <WorkList
      list={list}
      title={texts.title}
      name="applications"
      filters={filters}
      keyOf={({ node }) => node.id}
      empty={texts.none}
      arrange={(edges) => groupBySameDocument(edges)}
      columns={columns}
      above={({ edges }) => (
        <Deciding
          open={edges.flatMap(({ node }) => (node.status === 'RECEIVED' ? [node.id] : []))}
          chosen={chosen}
          onChosen={setChosen}
          onDecided={() => {
            list.pages.first();
            list.answer.reload();
          }}
        />
      )}
    />
  );
}

/** The decision about the chosen applications. Some of them may be on other pages. */
function Deciding({
  open,
  chosen,
  onChosen,
  onDecided,
}: {
  /** The ids of the applications on this page that wait for a decision. */
  readonly open: readonly string[];
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
  readonly onDecided: () => void;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const [deciding, setDeciding] = useState<'approve' | 'reject' | null>(null);
  const [isStarted, setStarted] = useState(false);
  const ids = [...chosen];
  const close = () => {
    setDeciding(null);
    drafts.drop(rejectDraft(ids));
    // If nothing was sent, the selection and the list stay as they are.
    if (isStarted) {
      setStarted(false);
      onChosen(new Set());
      onDecided();
    }
  };
  const start = () => setStarted(true);
  const title = deciding === 'reject' ? texts.rejectTitle(ids.length) : texts.approveTitle(ids.length);
  return (
    <>
      {ids.length > 0 && (
        <div className="actions chosen" role="status">
          {texts.chosen(ids.length)}
          <Button kind="primary" onClick={() => setDeciding('approve')}>
            {texts.approve}
          </Button>
          <Button kind="danger" onClick={() => setDeciding('reject')}>
            {texts.reject}
          </Button>
          <Button className="quiet-button" onClick={() => onChosen(new Set())}>
            {texts.clear}
          </Button>
        </div>
      )}
      {open.some((id) => !chosen.has(id)) && (
        <Button className="quiet-button" onClick={() => onChosen(new Set([...chosen, ...open]))}>
          {texts.chooseAll(open.length)}
        </Button>
      )}
      <Dialog open={deciding !== null} title={title} onClose={close}>
        {deciding === 'approve' && <ApproveSeveral ids={ids} onStart={start} onClose={close} />}
        {deciding === 'reject' && <RejectSeveral ids={ids} onStart={start} onClose={close} />}
      </Dialog>
    </>
  );
}
