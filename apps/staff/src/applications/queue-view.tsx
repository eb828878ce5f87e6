import {
  Button,
  Choice,
  Dialog,
  Link,
  LoadedField,
  Page,
  Pager,
  useLive,
  usePages,
  useQuery,
  useSearchParameters,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { type Address, everything, oneOf } from '../lists/address.ts';
import {
  type ApplicationChannel,
  type ApplicationOrder,
  type ApplicationPageFragment,
  ApplicationQueueDocument,
  type ApplicationStatus,
  CredentialChangesDocument,
} from '../operations.generated.ts';
import { applicationChannelWords, applicationStatusWords } from '../words.ts';
import { counterTexts } from './counter-texts.ts';
import { QueueTable } from './queue-table.tsx';
import { groupBySameDocument } from './same-document.ts';
import { queueTexts } from './texts.ts';
import { ApproveSeveral } from './together/approve-several.tsx';
import { RejectSeveral } from './together/reject-several.tsx';

const orders = ['OLDEST_FIRST', 'NEWEST_FIRST'] as const satisfies readonly ApplicationOrder[];
const statuses = [
  'RECEIVED',
  'APPROVED',
  'REJECTED',
  'WITHDRAWN',
] as const satisfies readonly ApplicationStatus[];
const channels = ['INTERNET', 'COUNTER'] as const satisfies readonly ApplicationChannel[];

interface Filter {
  readonly order: ApplicationOrder;
  readonly status: ApplicationStatus | typeof everything;
  readonly channel: ApplicationChannel | typeof everything;
}

/** The queue begins with what waits for a decision. */
const readFilter = ({ order, status, channel }: Address): Filter => ({
  order: oneOf(orders, order) ?? 'OLDEST_FIRST',
  status: oneOf([...statuses, everything], status) ?? 'RECEIVED',
  channel: oneOf(channels, channel) ?? everything,
});

/** The queue of applications. */
export function QueueView(): ReactNode {
  const texts = useTexts(queueTexts);
  const { newOne } = useTexts(counterTexts);
  const [filter, change] = useSearchParameters(readFilter);
  return (
    <Page
      title={texts.title}
      actions={
        <Link className="button primary" to="/applications/new">
          {newOne}
        </Link>
      }
    >
      <section className="card" aria-label={texts.title}>
        <Filters filter={filter} onChange={change} />
        <Queue key={`${filter.order} ${filter.status} ${filter.channel}`} filter={filter} />
      </section>
    </Page>
  );
}

function Filters({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: (changed: Partial<Filter>) => void;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const statusWords = useTexts(applicationStatusWords);
  const channelWords = useTexts(applicationChannelWords);
  return (
    <div className="row">
      <Choice
        label={texts.status}
        value={filter.status}
        options={[
          ...statuses.map((value) => ({ value, text: statusWords[value] })),
          { value: everything, text: texts.anyStatus },
        ]}
        onChange={(status) => onChange({ status })}
      />
      <Choice
        label={texts.order}
        value={filter.order}
        options={[
          { value: 'OLDEST_FIRST', text: texts.oldest },
          { value: 'NEWEST_FIRST', text: texts.newest },
        ]}
        onChange={(order) => onChange({ order })}
      />
      <Choice
        label={texts.channel}
        value={filter.channel}
        options={[
          { value: everything, text: texts.anyChannel },
          ...channels.map((value) => ({ value, text: channelWords[value] })),
        ]}
        onChange={(channel) => onChange({ channel })}
      />
    </div>
  );
}

const chosenIn = <Value extends string>(value: Value | typeof everything): Value | null =>
  value === everything ? null : value;

function Queue({ filter: { order, status, channel } }: { readonly filter: Filter }): ReactNode {
  const pages = usePages(`${order} ${status} ${channel}`);
  const answer = useQuery(ApplicationQueueDocument, {
    filter: { status: chosenIn(status), channel: chosenIn(channel) },
    orderBy: order,
    ...pages.variables,
  });
  useLive(answer, CredentialChangesDocument, { after: answer.data?.applications?.changesCursor });
  // The choice is kept when the page changes, because applications of several pages may be decided together.
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return (
    <LoadedField answer={answer} field="applications">
      {(page) => (
        <>
          <Deciding
            page={page}
            chosen={chosen}
            onChosen={setChosen}
            onDecided={() => {
              pages.first();
              answer.reload();
            }}
          />
          <Pager pages={pages} connection={page} />
        </>
      )}
    </LoadedField>
  );
}

/**
 * The applications of a page, and the decision about the chosen applications. Some of the chosen applications may be on
 * other pages.
 */
function Deciding({
  page,
  chosen,
  onChosen,
  onDecided,
}: {
  readonly page: ApplicationPageFragment;
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
  readonly onDecided: () => void;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const [deciding, setDeciding] = useState<'approve' | 'reject' | null>(null);
  const [isStarted, setStarted] = useState(false);
  const rows = groupBySameDocument(page.edges.map(({ node }) => node));
  const ids = [...chosen];
  const open = rows.filter(({ status }) => status === 'RECEIVED').map(({ id }) => id);
  const close = () => {
    setDeciding(null);
    // If nothing was sent, the choice and the page stay as they were.
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
      <QueueTable
        caption={texts.title}
        rows={rows}
        chosen={chosen}
        onChoose={(some, isChosen) =>
          onChosen(new Set(isChosen ? [...ids, ...some] : ids.filter((id) => !some.includes(id))))
        }
      />
      <Dialog open={deciding !== null} title={title} onClose={close}>
        {deciding === 'approve' && <ApproveSeveral ids={ids} onStart={start} onClose={close} />}
        {deciding === 'reject' && <RejectSeveral ids={ids} onStart={start} onClose={close} />}
      </Dialog>
    </>
  );
}
