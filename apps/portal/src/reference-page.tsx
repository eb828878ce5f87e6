import { createElement, Fragment, type ReactNode, useEffect } from 'react';
import type { Field, Input, NamedType, Reference } from '../content/reference.ts';
import { scrollTo } from './guide-page.tsx';
import { Loaded } from './loaded.tsx';
import { useAnchor } from './location.ts';

export const ReferencePage = ({ audience }: { readonly audience: string }): ReactNode => (
  <Loaded<Reference> name={`schema-${audience}`}>{(reference) => <Types reference={reference} />}</Loaded>
);

function Types({ reference: { audience, types } }: { readonly reference: Reference }): ReactNode {
  const anchor = useAnchor();
  useEffect(() => {
    document.title = `Schema for ${audience} · Library graph`;
  }, [audience]);
  useEffect(() => scrollTo(anchor), [anchor]);
  const names = new Set(types.map(({ name }) => name));
  return (
    <article className="reference">
      <h1>Schema for {audience}</h1>
      <p>
        What a program of this audience sees, and nothing else. Where a field says who may have it, others get
        null and an error. The same{' '}
        <a href={`/docs/schema/${audience}.graphql`} data-elsewhere>
          as SDL
        </a>
        , for generators.
      </p>
      {types.map((type) => (
        <TypeSection key={type.name} type={type} names={names} />
      ))}
    </article>
  );
}

function TypeSection({
  type: { name, kind, description, fields, values, related },
  names,
}: {
  readonly type: NamedType;
  readonly names: ReadonlySet<string>;
}): ReactNode {
  return (
    <section aria-labelledby={name}>
      <h2 id={name}>
        {name} <small>{kind}</small>
      </h2>
      <Description text={description} />
      {related.length > 0 && (
        <p>
          {kind === 'object' ? 'Implements' : 'Is one of'}{' '}
          {related.map((other, index) => (
            <span key={other}>
              {index > 0 && ', '}
              <a href={`#${other}`}>{other}</a>
            </span>
          ))}
          .
        </p>
      )}
      {values.map((value) => (
        <div className="field" key={value.name}>
          <h3 id={`${name}.${value.name}`}>
            <code>{value.name}</code>
          </h3>
          <Description text={value.description} />
        </div>
      ))}
      {fields.map((field) => (
        <FieldSection key={field.name} typeName={name} field={field} names={names} />
      ))}
    </section>
  );
}

function FieldSection({
  typeName,
  field: { name, type, description, args, access, cost, deprecated },
  names,
}: {
  readonly typeName: string;
  readonly field: Field;
  readonly names: ReadonlySet<string>;
}): ReactNode {
  return (
    <div className="field">
      <h3 id={`${typeName}.${name}`}>
        <code>
          {name}: <TypeLink type={type} names={names} />
        </code>
      </h3>
      {deprecated !== null && <p className="deprecated">Deprecated: {deprecated}</p>}
      <Description text={description} />
      {(access !== null || cost !== null) && (
        <p className="notes">
          {access !== null && <span>For {access}. </span>}
          {cost !== null && <span>Costs {cost}.</span>}
        </p>
      )}
      {args.length > 0 && (
        <dl>
          {args.map((argument) => (
            <Argument key={argument.name} argument={argument} names={names} />
          ))}
        </dl>
      )}
    </div>
  );
}

function Argument({
  argument: { name, type, description, defaultValue },
  names,
}: {
  readonly argument: Input;
  readonly names: ReadonlySet<string>;
}): ReactNode {
  return (
    <>
      <dt>
        <code>
          {name}: <TypeLink type={type} names={names} />
          {defaultValue !== null && ` = ${defaultValue}`}
        </code>
      </dt>
      <dd>
        <Description text={description} />
      </dd>
    </>
  );
}

/** A type such as `[Loan!]!`, with a link to `Loan`. */
function TypeLink({
  type,
  names,
}: {
  readonly type: string;
  readonly names: ReadonlySet<string>;
}): ReactNode {
  const [, before = '', name = '', after = ''] = /^(\[*)(\w+)(.*)$/.exec(type) ?? [];
  return names.has(name) ? (
    <>
      {before}
      <a href={`#${name}`}>{name}</a>
      {after}
    </>
  ) : (
    type
  );
}

/** Renders a description from the schema, with its paragraphs, names in backticks, and words in asterisks. */
const Description = ({ text }: { readonly text: string }): ReactNode =>
  createElement(
    Fragment,
    null,
    ...text
      .split(/\n\s*\n/)
      .filter((paragraph) => paragraph.trim() !== '')
      .map((paragraph) =>
        createElement(
          'p',
          null,
          ...paragraph
            .split(/(`[^`]+`|\*[^*]+\*)/)
            .map((part, index) =>
              index % 2 === 0
                ? part
                : createElement(part.startsWith('`') ? 'code' : 'em', null, part.slice(1, -1)),
            ),
        ),
      ),
  );
