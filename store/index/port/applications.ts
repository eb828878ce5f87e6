import type { ApplicationStatus, IndexedApplication, IndexedLossReport } from './rows.ts';

/** A filter for applications. An application must meet all conditions that are not null. */
export interface ApplicationFilter {
  readonly status: ApplicationStatus | null;
  readonly channel: IndexedApplication['channel'] | null;
  /**
   * Only applications of this patron, or only applications with this document number (`ApplicationReading.documents`).
   */
  readonly of: { readonly patronId: string } | { readonly document: string } | null;
}

/** The order of applications, and of loss reports. */
export type ApplicationOrder = 'OLDEST_FIRST' | 'NEWEST_FIRST';

/** A query for a page of applications. `maxItems` is 1 to 500. */
export interface ApplicationQuery extends ApplicationFilter {
  readonly order: ApplicationOrder;
  /** The number of the last application on the previous page. Null for the first page. */
  readonly after: string | null;
  readonly maxItems: number;
}

/** A query for a page of the loss reports of some cards. `maxItems` is 1 to 500. */
export interface LossReportQuery {
  readonly libraryCardNumbers: readonly string[];
  readonly order: ApplicationOrder;
  /** The number of the last loss report on the previous page. */
  readonly after: string | null;
  readonly maxItems: number;
}

/**
 * A loss report, and the id of the report before it in card management's list. Card management can only list the reports
 * after an id, so this id is needed to read the report again.
 */
export interface FoundLossReport extends IndexedLossReport {
  /** Null for the first report. */
  readonly previousId: string | null;
}

export interface ApplicationReading extends IndexedApplication {
  /** The numbers of the applicant's documents: none, one or two. Only their keyed digests are stored. */
  readonly documents: readonly string[];
}

/** A random id, different for each build. */
export type BuildId = string;

/**
 * Whether the method has saved the data. If false, nothing has changed: the index was emptied or begun again, or
 * another builder has moved the build's position. The builder must then read the state again.
 */
export type IsSaved = boolean;

/** The last application and loss report that the build has read from card management's lists. Null before the first. */
export interface ListState {
  readonly id: BuildId;
  readonly lastApplication: string | null;
  readonly lastLossReport: string | null;
}

/**
 * Card management's applications and loss reports. Card management itself can list them only oldest first, and can filter
 * them only by status and patron.
 */
export interface ApplicationIndex {
  applications(query: ApplicationQuery): Promise<readonly IndexedApplication[]>;
  countApplications(filter: ApplicationFilter): Promise<number>;
  /**
   * Loss reports with a lower number than `before`, newest first. Null begins with the newest. `maxItems` is 1 to 500.
   */
  lossReports(before: string | null, maxItems: number): Promise<readonly IndexedLossReport[]>;
  countLossReports(): Promise<number>;
  lossReportsOfCards(query: LossReportQuery): Promise<readonly FoundLossReport[]>;
  countLossReportsOfCards(libraryCardNumbers: readonly string[]): Promise<number>;
  /** The loss report with this id. Null if it is not in the index. */
  lossReport(id: string): Promise<FoundLossReport | null>;
  /** Whether the build has read all of card management's applications and loss reports that existed when it began. */
  hasAllApplications(): Promise<boolean>;
  /** Adds or replaces applications (0 to 500). */
  saveApplications(applications: readonly ApplicationReading[]): Promise<void>;
  /**
   * Like `saveApplications`, for the applications after `state.lastApplication` in card management's list. `lastId` is
   * the id of the last application that was read from the list.
   */
  saveListedApplications(
    state: ListState,
    applications: readonly ApplicationReading[],
    lastId: string,
  ): Promise<IsSaved>;
  saveLossReports(reports: readonly IndexedLossReport[]): Promise<void>;
  /** Like `saveListedApplications`, for the loss reports after `state.lastLossReport`. */
  saveListedLossReports(
    state: ListState,
    reports: readonly IndexedLossReport[],
    lastId: string,
  ): Promise<IsSaved>;
  /**
   * The ids of the next undecided applications after `after`, in order. Their status may have changed since they were
   * read. Applications that are marked to be read again are left out. `maxItems` is 1 to 500.
   */
  undecidedAfter(after: string | null, maxItems: number): Promise<readonly string[]>;
  /** Makes `hasAllApplications` true. */
  finishApplications(state: ListState): Promise<IsSaved>;
}
