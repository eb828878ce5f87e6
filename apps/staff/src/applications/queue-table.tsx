import { Badge, Button, Checkbox, formatTime, Link, Table, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { NotActive } from '../lists/patron-status.tsx';
import type { ApplicationRowFragment } from '../operations.generated.ts';
import { applicationStatusWords, credentialKindWords } from '../words.ts';
import { othersWith } from './same-document.ts';
import { queueTexts } from './texts.ts';

/** One page of applications. Only applications that wait for a decision can be chosen. */
export function QueueTable({
  rows,
  chosen,
  onChoose,
  caption,
}: {
  readonly rows: readonly ApplicationRowFragment[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: readonly string[], isChosen: boolean) => void;
  readonly caption: string;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const kinds = useTexts(credentialKindWords);
  const statuses = useTexts(applicationStatusWords);
  const { language } = useLanguage();
  return (
    <Table
      caption={caption}
      hidesCaption
      rows={rows}
      keyOf={({ id }) => id}
      empty={texts.none}
      columns={[
        {
          heading: texts.application,
          cell: ({ id, status }) => (
            <>
              {status === 'RECEIVED' && (
                <Checkbox
                  label={texts.chooseOne(id)}
                  hidesLabel
                  checked={chosen.has(id)}
                  onChange={(isChosen) => onChoose([id], isChosen)}
                />
              )}{' '}
              <Link to={`/applications/${id}`}>{id}</Link>
              {status !== 'RECEIVED' && <Badge>{statuses[status]}</Badge>}
            </>
          ),
        },
        { heading: texts.applicant, cell: ({ applicant }) => <Applicant applicant={applicant} /> },
        { heading: texts.wants, cell: ({ wants }) => wants.map((kind) => kinds[kind]).join(', ') },
        {
          heading: texts.submitted,
          align: 'whole',
          cell: ({ submittedAt }) => formatTime(submittedAt, language),
        },
        { heading: texts.patron, cell: ({ patron }) => <Registered patron={patron} /> },
        { heading: texts.inTheWay, cell: (row) => row.problems.map(({ message }) => message).join(' ') },
        {
          heading: texts.sameDocument,
          cell: (row) => <Group row={row} onChoose={(ids) => onChoose(ids, true)} />,
        },
      ]}
    />
  );
}

function Applicant({ applicant }: Pick<ApplicationRowFragment, 'applicant'>): ReactNode {
  return applicant === null ? (
    '—'
  ) : (
    <>
      <span className="line">
        {applicant.englishName} {applicant.chineseName}
      </span>
      <span className="quiet">
        {applicant.maskedIdentityNumber ?? applicant.maskedBirthCertificateNumber}
      </span>
    </>
  );
}

function Registered({ patron }: Pick<ApplicationRowFragment, 'patron'>): ReactNode {
  return patron === null ? (
    '—'
  ) : (
    <>
      <Link to={`/patrons/${patron.id}`}>{patron.id}</Link> <NotActive status={patron.status} />
    </>
  );
}

/** The other applications with the same identity document. */
function Group({
  row,
  onChoose,
}: {
  readonly row: ApplicationRowFragment;
  readonly onChoose: (ids: readonly string[]) => void;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const others = othersWith(row);
  const keptBack = row.sameDocument?.waitingCount ?? 0;
  return (
    <>
      {others.length > 0 && (
        <>
          <span className="line">{texts.withOthers(others.join(', '))}</span>
          <Button className="quiet-button" onClick={() => onChoose([row.id, ...others])}>
            {texts.chooseGroup}
          </Button>
        </>
      )}
      {keptBack > 0 && <span className="line">{texts.keptBack(keptBack)}</span>}
    </>
  );
}
