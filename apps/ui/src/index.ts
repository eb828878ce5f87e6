/**
 * The components and hooks that the library's pages share: to mount a page, to send requests to the graph, and to show
 * its answers.
 */

export { ApplicationEditor } from './application/application-editor.tsx';
export {
  type ApplicationForm,
  applicationInput,
  emptyApplication,
  knownApplication,
  messagesByField,
} from './application/application-form.ts';
export {
  AddressFields,
  addressLineCount,
  EmailField,
  TelephoneField,
} from './application/contact-fields.tsx';
export { Announce, LiveRegion } from './blocks/announce.tsx';
export { Button, type ButtonProps } from './blocks/button.tsx';
export { Checkbox } from './blocks/checkbox.tsx';
export { Choice } from './blocks/choice.tsx';
export { ConfirmButton } from './blocks/confirm-button.tsx';
export { DateField } from './blocks/date-field.tsx';
export { Dialog } from './blocks/dialog.tsx';
export { DialogButton, useDialogDraft } from './blocks/dialog-button.tsx';
export { Empty } from './blocks/empty.tsx';
export { Facts } from './blocks/facts.tsx';
export { Field } from './blocks/field.tsx';
export { Form } from './blocks/form.tsx';
export { MessageList } from './blocks/message-list.tsx';
export { PagedTable, Pager, type Pages, usePages } from './blocks/pager.tsx';
export { type Column, Table } from './blocks/table.tsx';
export { drafts, useDraft } from './drafts/drafts.ts';
export { useGraph } from './graph/graph-provider.tsx';
export { isNotInGraph, useIsInGraph } from './graph/not-in-graph.ts';
export { isPaymentOpen, paymentEveryMs } from './graph/open-payment.ts';
export { useKeptRows } from './graph/use-kept-rows.ts';
export { useLastRead } from './graph/use-last-read.ts';
export {
  type Mutation,
  useMutation,
  type WithoutReference,
  type WithReference,
} from './graph/use-mutation.ts';
export { asGraphError, askOf, type QueryResult, useQuery, useQueryOf } from './graph/use-query.ts';
export { useReadAgain } from './graph/use-read-again.ts';
export { useSignal } from './graph/use-signal.ts';
export { useChangedField } from './language/changed-fields.ts';
export { reasonIn } from './language/error-texts.ts';
export { formatCharge, formatDay, formatMoney, formatTime, todaysDate } from './language/format.ts';
export { createTexts, type Language, LanguageProvider, useLanguage, useTexts } from './language/language.tsx';
export { useLibraryName, useProgramName } from './language/names.ts';
export { useReason } from './language/use-reason.ts';
export { useLive } from './live/use-live.ts';
export { mountPage } from './mount-page.tsx';
export { Letterhead } from './page/letterhead.tsx';
export { LibraryBrand } from './page/library-brand.tsx';
export { Navigation } from './page/navigation.tsx';
export { Page, Section } from './page/page.tsx';
export { type Place, placesOf } from './quota/places.ts';
export { render } from './render.tsx';
export { Link } from './routing/link.tsx';
export { type View, view } from './routing/router.tsx';
export { usePath, usePathValue, useSearchParameters } from './routing/use-address.ts';
export { isCardNumber, isItemNumber, readDate, readNumber } from './scanning/numbers.ts';
export { LanguageSwitch } from './session/header.tsx';
export { type Session, useSession } from './session/session-provider.tsx';
export { useSessionFetch } from './session/use-session-fetch.ts';
export { Failed, Loaded, LoadedField, Loading, Missing } from './states/loaded.tsx';
export { Badge, Notice, type Tone } from './states/notice.tsx';
export { Outcome, Problems } from './states/outcome.tsx';
export { OutcomeRegion } from './states/outcome-region.tsx';
export { SignedOut, SignInEnd, SignInLink } from './states/signed-out.tsx';
export { useContent } from './use-content.ts';
