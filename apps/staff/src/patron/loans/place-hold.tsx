import { Button, Choice, Field, Form, Loaded, useMutation, useQuery, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { ActForm } from '../../acts/act-form.tsx';
import { BranchField } from '../../branch/branch-field.tsx';
import { useOwnBranch } from '../../branch/the-branch.ts';
import { loanTexts } from '../../loans/loan-texts.ts';
import {
  DeskPlaceHoldDocument,
  DeskTitlesDocument,
  type DeskTitlesQuery,
} from '../../operations.generated.ts';

interface PlaceHoldProps {
  readonly patronId: string;
  onDone(): void;
  onClose(): void;
}

/** Finds titles by a part of their text, and reserves one for collection at a branch. */
export function PlaceHold(props: PlaceHoldProps): ReactNode {
  const texts = useTexts(loanTexts);
  const [text, setText] = useState('');
  const [search, setSearch] = useState<string | null>(null);
  return (
    <>
      <Form className="row" onSubmit={() => setSearch(text.trim())}>
        <Field
          label={texts.searchTitle}
          type="search"
          required
          minLength={2}
          maxLength={100}
          value={text}
          onChange={setText}
        />
        <Button type="submit">{texts.search}</Button>
      </Form>
      {search !== null && <FoundTitles {...props} search={search} />}
    </>
  );
}

function FoundTitles({ search, ...props }: PlaceHoldProps & { readonly search: string }): ReactNode {
  const texts = useTexts(loanTexts);
  const answer = useQuery(DeskTitlesDocument, { search });
  return (
    <Loaded answer={answer}>
      {({ titles }) =>
        titles === null ? null : titles.edges.length === 0 ? (
          <p>{texts.noTitle}</p>
        ) : (
          <Reserve key={search} {...props} titles={titles} />
        )
      }
    </Loaded>
  );
}

function Reserve({
  patronId,
  titles: { edges, totalCount },
  ...rest
}: PlaceHoldProps & { readonly titles: NonNullable<DeskTitlesQuery['titles']> }): ReactNode {
  const texts = useTexts(loanTexts);
  const [titleNumber, setTitleNumber] = useState(edges[0]?.node.titleNumber ?? '');
  const [pickupBranch, setBranch] = useState(useOwnBranch());
  const act = useMutation(DeskPlaceHoldDocument, ({ placeHold }) => placeHold);
  const options = edges.map(({ node }) => {
    const waiting = node.queueLength === null ? [] : [texts.waiting(node.queueLength)];
    const words = [node.title, ...(node.author === null ? [] : [node.author]), ...waiting];
    return { value: node.titleNumber, text: words.join(' · ') };
  });
  return (
    <ActForm
      {...rest}
      act={act}
      // The browser sends the form only with a branch.
      variables={() => ({ input: { reader: { patronId }, titleNumber, pickupBranch: pickupBranch ?? '' } })}
      submit={texts.reserve}
      done={({ hold }) => texts.reserved(hold?.title ?? '')}
    >
      <Choice label={texts.title} open value={titleNumber} onChange={setTitleNumber} options={options} />
      {totalCount > edges.length && <p className="quiet">{texts.moreTitles(edges.length, totalCount)}</p>}
      <BranchField label={texts.pickup} value={pickupBranch} onChange={setBranch} />
    </ActForm>
  );
}
