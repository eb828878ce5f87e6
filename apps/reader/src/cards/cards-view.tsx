import { missingAt } from '@patron-graph/kit';
import {
  Empty,
  Link,
  Loaded,
  Missing,
  Page,
  Pager,
  Section,
  useLastRead,
  useLive,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { type CardOfReaderFragment, CardsDocument, MyChangesDocument } from '../operations.generated.ts';
import { Card, hasBarcode } from './card.tsx';
import { OwnApplication } from './own-application.tsx';
import { cardsTexts } from './texts.ts';

const applicationsOfPage = 20;

/** Sorts library cards in use first, because readers hold such a card in front of a scanner. */
const shownFirst = (one: CardOfReaderFragment, other: CardOfReaderFragment): number =>
  Number(hasBarcode(other)) - Number(hasBarcode(one));

/** All cards that the reader has ever had, the reader's applications, and a link to the consents. */
export function CardsView(): ReactNode {
  const texts = useTexts(cardsTexts);
  const pages = usePages();
  const answer = useQuery(CardsDocument, { first: applicationsOfPage, ...pages.variables });
  useLive(answer, MyChangesDocument, {
    after: answer.data?.me?.changesCursor,
    isAbout: ({ kind }) => kind === 'OPERATION' || kind.startsWith('CARD_'),
  });
  const credentials = answer.data?.me?.credentials ?? null;
  // A card shows the outcomes of the reader's actions. So it stays, without its status, if it can't be read again.
  const lastCards = useLastRead(credentials);
  const cards = credentials ?? lastCards?.map((card) => ({ ...card, status: null }));
  return (
    <Page title={texts.title}>
      <Loaded answer={answer}>
        {({ me }, missing) => {
          const applications = me?.applications ?? null;
          return (
            <>
              <Missing at={missingAt(missing, ['me', 'credentials'])} />
              {credentials?.length === 0 && <Empty>{texts.none}</Empty>}
              <div className="grid">
                {cards?.toSorted(shownFirst).map((card) => (
                  <Card
                    key={card.libraryCardNumber}
                    card={card}
                    isForWeb={card.libraryCardNumber === me?.libraryCardNumber}
                    onChange={answer.reload}
                  />
                ))}
              </div>
              <Section title={texts.applications} actions={<Link to="/apply">{texts.applyAgain}</Link>}>
                <Missing at={missingAt(missing, ['me', 'applications'])} />
                {applications?.totalCount === 0 && <Empty>{texts.noApplications}</Empty>}
                {applications?.edges.map(({ node }) => (
                  <OwnApplication key={node.id} application={node} onChange={answer.reload} />
                ))}
                {applications !== null && <Pager pages={pages} connection={applications} />}
              </Section>
            </>
          );
        }}
      </Loaded>
      <Section title={texts.consents}>
        <p>{texts.consentsText}</p>
        <a href="/my/consents">{texts.consents}</a>
      </Section>
    </Page>
  );
}
