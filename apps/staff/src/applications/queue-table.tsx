import { Badge, Button, Checkbox, Link, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { NotActive } from '../lists/patron-status.tsx';
import type { ListColumn } from '../lists/work/columns.tsx';
import type { ApplicationPageFragment, ApplicationRowFragment } from '../operations.generated.ts';
import { applicationStatusWords, credentialKindWords } from '../words.ts';
import { othersWith } from './same-document.ts';
import { queueTexts } from './texts.ts';

type Edge = ApplicationPageFragment['edges'][number];

/** The columns of the queue. Only applications that wait for a decision can be chosen. */
export function useQueueColumns(
  chosen: ReadonlySet<string>,
  onChoose: (ids: readonly string[], isChosen: boolean) => void,
): readonly ListColumn<Edge>[] {
  const texts = useTexts(queueTexts);
  const kinds = useTexts(credentialKindWords);
  const statuses = useTexts(applicationStatusWords);
  return [
    {
      heading: texts.application,
      text: ({ node }) => node.id,
      cell: ({ node: { id, status } }) => (
        <span className="with-checkbox">
          {status === 'RECEIVED' && (
            <Checkbox
              label={texts.chooseOne(id)}
              hidesLabel
              checked={chosen.has(id)}
              onChange={(isChosen) => onChoose([id], isChosen)}
            />
          )}
          <Link to={`/applications/${id}`}>{id}</Link>
          {status !== 'RECEIVED' && <Badge>{statuses[status]}</Badge>}
        </span>
      ),
    },
    { heading: texts.status, only: 'file', text: ({ node }) => statuses[node.status] },
    {
      heading: texts.applicant,
      text: ({ node: { applicant } }) =>
        applicant && [applicant.englishName, applicant.chineseName].filter(Boolean).join(' '),
      cell: ({ node }) => <Applicant applicant={node.applicant} />,
    },
    { heading: texts.wants, text: ({ node }) => node.wants.map((kind) => kinds[kind]).join(', ') },
    { heading: texts.submitted, as: 'time', text: ({ node }) => node.submittedAt },
    {
      heading: texts.patron,
      text: ({ node }) => node.patron?.id,
      cell: ({ node }) => <Registered patron={node.patron} />,
    },
    {
      heading: texts.inTheWay,
      text: ({ node }) => node.problems.map(({ message }) => message).join(' '),
    },
    {
      heading: texts.sameDocument,
      text: ({ node }) => othersWith(node).join(' '),
      cell: ({ node }) => <Group row={node} onChoose={(ids) => onChoose(ids, true)} />,
    },
  ];
}

function Applicant({ applicant }: Pick<ApplicationRowFragment, 'applicant'>): ReactNode {
  return applicant === null ? (
    '—'
  ) : (
    <>
      <span className="line person">
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

/**
 * The other applications with the row's identity document, and the number of further ones that the graph holds back.
 */
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
