/** The texts for the schema's values. If a value has no text, the code doesn't compile. */
import { createTexts } from '@patron-graph/ui';
import type {
  AccessKind,
  AccessRole,
  ApplicationChannel,
  ApplicationStatus,
  ChargeKind,
  CredentialKind,
  CredentialStatus,
  FindingKind,
  FindingRepair,
  FindingState,
  HoldState,
  IdentityDocumentKind,
  NoticeFailure,
  NoticeKind,
  OnReplacement,
  OperationKind,
  OperationState,
  PatronStatus,
} from './operations.generated.ts';

type Words<Value extends string> = Readonly<
  Record<Value, { readonly en: string; readonly 'zh-Hant': string }>
>;

export const patronStatusWords = createTexts({
  ACTIVE: { en: 'Active', 'zh-Hant': '有效' },
  SUSPENDED: { en: 'Suspended', 'zh-Hant': '暫停' },
  CLOSED: { en: 'Closed', 'zh-Hant': '已結束' },
} satisfies Words<PatronStatus>);

export const cardKindWords = createTexts({
  LibraryCard: { en: 'Library card', 'zh-Hant': '圖書證' },
  SmartIdCard: { en: 'Smart identity card', 'zh-Hant': '智能身份證' },
} satisfies Words<'LibraryCard' | 'SmartIdCard'>);

export const cardStatusWords = createTexts({
  ACTIVE: { en: 'In use', 'zh-Hant': '使用中' },
  LOST: { en: 'Lost', 'zh-Hant': '已報失' },
  DISCONTINUED: { en: 'Discontinued', 'zh-Hant': '已終止' },
  SURRENDERED: { en: 'Surrendered', 'zh-Hant': '已交還' },
  REPLACED: { en: 'Replaced', 'zh-Hant': '已更換' },
} satisfies Words<CredentialStatus>);

export const onReplacementWords = createTexts({
  CONTINUE: { en: 'Continue with the replacement', 'zh-Hant': '補領後繼續使用' },
  DISCONTINUE: { en: 'Discontinue', 'zh-Hant': '終止服務' },
} satisfies Words<OnReplacement>);

export const holdStateWords = createTexts({
  QUEUED: { en: 'Queued', 'zh-Hant': '輪候中' },
  READY: { en: 'Ready to collect', 'zh-Hant': '可供領取' },
  CANCELLED: { en: 'Cancelled', 'zh-Hant': '已取消' },
  REPLACED: { en: 'Replaced by a new one', 'zh-Hant': '已由新預約取代' },
  LAPSED: { en: 'Lapsed', 'zh-Hant': '已逾期' },
  OTHER: { en: 'Other', 'zh-Hant': '其他' },
} satisfies Words<HoldState>);

export const chargeKindWords = createTexts({
  OVERDUE: { en: 'Overdue', 'zh-Hant': '逾期' },
  LOST_ITEM: { en: 'Lost item', 'zh-Hant': '遺失館藏' },
  DAMAGE: { en: 'Damaged item', 'zh-Hant': '損壞館藏' },
  PRINTING: { en: 'Printing', 'zh-Hant': '列印' },
  ROOM_HIRE: { en: 'Room hire', 'zh-Hant': '租用場地' },
  CARD_REPLACEMENT: { en: 'Card replacement', 'zh-Hant': '補領證件' },
  OTHER: { en: 'Other', 'zh-Hant': '其他' },
} satisfies Words<ChargeKind>);

export const applicationStatusWords = createTexts({
  RECEIVED: { en: 'Waiting for a decision', 'zh-Hant': '待審批' },
  APPROVED: { en: 'Approved', 'zh-Hant': '已批准' },
  REJECTED: { en: 'Rejected', 'zh-Hant': '已拒絕' },
  WITHDRAWN: { en: 'Withdrawn', 'zh-Hant': '已撤回' },
} satisfies Words<ApplicationStatus>);

export const applicationChannelWords = createTexts({
  COUNTER: { en: 'At a counter', 'zh-Hant': '櫃位' },
  INTERNET: { en: 'On the web', 'zh-Hant': '網上' },
} satisfies Words<ApplicationChannel>);

export const credentialKindWords = createTexts({
  LIBRARY_CARD: { en: 'Library card', 'zh-Hant': '圖書證' },
  SMART_ID: { en: 'Smart identity card', 'zh-Hant': '智能身份證' },
} satisfies Words<CredentialKind>);

export const documentKindWords = createTexts({
  HKID: { en: 'Identity card', 'zh-Hant': '身份證' },
  BIRTH_CERTIFICATE: { en: 'Birth certificate', 'zh-Hant': '出生證明書' },
} satisfies Words<IdentityDocumentKind>);

export const operationStateWords = createTexts({
  DONE: { en: 'Done', 'zh-Hant': '已完成' },
  PARTLY_DONE: { en: 'Partly done', 'zh-Hant': '部分完成' },
  REFUSED: { en: 'Refused', 'zh-Hant': '不獲辦理' },
  UNSETTLED: { en: 'Not settled yet', 'zh-Hant': '尚待確定' },
} satisfies Words<OperationState>);

export const operationKindWords = createTexts({
  CHECK_OUT: { en: 'Lend', 'zh-Hant': '借出' },
  CHECK_IN: { en: 'Take back', 'zh-Hant': '歸還' },
  RENEW_LOAN: { en: 'Renew', 'zh-Hant': '續借' },
  RENEW_LOANS: { en: 'Renew chosen loans', 'zh-Hant': '續借所選項目' },
  RENEW_ALL_LOANS: { en: 'Renew all loans', 'zh-Hant': '全部續借' },
  ACKNOWLEDGE_FINDING: { en: 'Acknowledge a finding', 'zh-Hant': '不符紀錄：開始處理' },
  REPAIR_FINDING: { en: 'Repair a finding', 'zh-Hant': '不符紀錄：更正' },
  CLOSE_FINDING: { en: 'Close a finding', 'zh-Hant': '不符紀錄：結案' },
  LEND_HELD_ITEM: { en: 'Lend a waiting copy', 'zh-Hant': '借出預約館藏' },
  PLACE_HOLD: { en: 'Reserve', 'zh-Hant': '預約' },
  CANCEL_HOLD: { en: 'Cancel a reservation', 'zh-Hant': '取消預約' },
  CHANGE_PICKUP_BRANCH: { en: 'Change the branch of a reservation', 'zh-Hant': '更改取書分館' },
  SET_NOTICE_PREFERENCES: { en: 'Choose notices', 'zh-Hant': '選擇通知' },
  REPORT_LOSS: { en: 'Report a loss', 'zh-Hant': '報失' },
  REPLACE_CREDENTIAL: { en: 'Replace a card', 'zh-Hant': '補發或接續證件' },
  DISCONTINUE_SMART_ID: { en: 'Discontinue a smart identity card', 'zh-Hant': '終止智能身份證服務' },
  SURRENDER_LIBRARY_CARD: { en: 'Hand in a library card', 'zh-Hant': '交還圖書證' },
  PRINT_INFORMATION_CARD: { en: 'Print an information card', 'zh-Hant': '列印圖書館資料卡' },
  SET_PIN: { en: 'Set a PIN', 'zh-Hant': '設定密碼' },
  CREATE_PIN_CODE: { en: 'Make a one-time code', 'zh-Hant': '發出一次性編碼' },
  SUBMIT_APPLICATION: { en: 'Apply for cards', 'zh-Hant': '申請' },
  APPROVE_APPLICATION: { en: 'Approve an application', 'zh-Hant': '批准申請' },
  REJECT_APPLICATION: { en: 'Reject an application', 'zh-Hant': '拒絕申請' },
  WITHDRAW_APPLICATION: { en: 'Withdraw an application', 'zh-Hant': '撤回申請' },
  DECIDE_APPLICATION: { en: 'Decide an application', 'zh-Hant': '審批申請' },
  REJECT_APPLICATIONS: { en: 'Reject applications', 'zh-Hant': '拒絕多項申請' },
  AMEND_CONTACT: { en: 'Change contact details', 'zh-Hant': '更改聯絡資料' },
  AMEND_PATRON: { en: 'Change the record', 'zh-Hant': '更改讀者紀錄' },
  SUSPEND_PATRON: { en: 'Suspend the patron', 'zh-Hant': '暫停讀者使用' },
  LIFT_SUSPENSION: { en: 'Lift the suspension', 'zh-Hant': '解除暫停' },
  CLOSE_PATRON: { en: 'Close the record', 'zh-Hant': '結束紀錄' },
  REOPEN_PATRON: { en: 'Open the record again', 'zh-Hant': '重新開啟紀錄' },
  ERASE_PATRON: { en: 'Erase a patron', 'zh-Hant': '刪除讀者資料' },
  MERGE_PATRONS: { en: 'Merge two records', 'zh-Hant': '合併兩份讀者紀錄' },
} satisfies Words<OperationKind>);

export const accessKindWords = createTexts({
  RECORD_READ: { en: 'Opened the record', 'zh-Hant': '開啟讀者紀錄' },
  LOANS_READ: { en: 'Opened loans, holds or charges', 'zh-Hant': '開啟借閱、預約或費用資料' },
  IDENTITY_NUMBER_READ: { en: 'Read a whole identity number', 'zh-Hant': '查閱完整證件號碼' },
  FOUND_BY_IDENTITY_DOCUMENT: { en: 'Looked up by document', 'zh-Hant': '以證件查找讀者' },
  FOUND_BY_ITEM: { en: 'Looked up by a copy', 'zh-Hant': '以館藏查找讀者' },
  OPERATIONS_READ: { en: 'Looked up operations', 'zh-Hant': '查閱辦理紀錄' },
  SIGNED_IN: { en: 'Signed in', 'zh-Hant': '登入' },
  DATA_EXPORTED: { en: 'Received all their data', 'zh-Hant': '取得全部個人資料' },
  CHANGED: { en: 'Changed', 'zh-Hant': '更改' },
} satisfies Words<AccessKind>);

export const accessRoleWords = createTexts({
  PATRON: { en: 'The patron', 'zh-Hant': '讀者本人' },
  STAFF: { en: 'Staff', 'zh-Hant': '職員' },
  STATION: { en: 'A self-service station', 'zh-Hant': '自助服務站' },
} satisfies Words<AccessRole>);

export const noticeKindWords = createTexts({
  LOAN_DUE_IN_3_DAYS: { en: 'Due in three days', 'zh-Hant': '三日後到期' },
  LOAN_DUE_IN_1_DAY: { en: 'Due tomorrow', 'zh-Hant': '明日到期' },
  LOAN_OVERDUE: { en: 'Overdue', 'zh-Hant': '逾期' },
  HOLD_READY: { en: 'Ready to collect', 'zh-Hant': '預約可供領取' },
  HOLD_LAPSING: { en: 'Reservation ends soon', 'zh-Hant': '預約即將失效' },
  CARD_ISSUED: { en: 'Card issued', 'zh-Hant': '已發證' },
  APPLICATION_DECIDED: { en: 'Application decided', 'zh-Hant': '申請結果' },
  LOSS_REPORTED: { en: 'Loss reported', 'zh-Hant': '已報失' },
  PIN_CHANGED: { en: 'PIN set', 'zh-Hant': '已設定密碼' },
  CONTACT_CHANGED: { en: 'Contact details changed', 'zh-Hant': '聯絡資料已更改' },
  CHARGE_RAISED: { en: 'Charge raised', 'zh-Hant': '已收取費用' },
  PAYMENT_RECEIVED: { en: 'Payment received', 'zh-Hant': '已收到付款' },
  PAYMENT_REFUNDED: { en: 'Payment given back', 'zh-Hant': '已退還款項' },
} satisfies Words<NoticeKind>);

export const noticeFailureWords = createTexts({
  STATUS: { en: 'The service refused it', 'zh-Hant': '服務拒絕接收' },
  GONE: { en: 'The service wants no more', 'zh-Hant': '服務不再接收' },
  REDIRECTED: { en: 'The service has moved', 'zh-Hant': '服務已遷移' },
  REFUSED: { en: 'The mail server refused it for good', 'zh-Hant': '電郵伺服器拒絕接收' },
  NO_ADDRESS: { en: 'The reader has no e-mail address', 'zh-Hant': '讀者沒有可用的電郵地址' },
  NO_RECORD: { en: 'The registry did not answer', 'zh-Hant': '讀者登記系統未有回應' },
  TIMED_OUT: { en: 'No answer in time', 'zh-Hant': '回應逾時' },
  UNREACHABLE: { en: 'Could not be reached', 'zh-Hant': '無法連接' },
} satisfies Words<NoticeFailure>);

export const findingKindWords = createTexts({
  OPERATION_LOST: { en: 'A change whose operation is lost', 'zh-Hant': '變更的辦理紀錄已遺失' },
  DONE_AFTER_REFUSAL: { en: 'Done, although it was refused', 'zh-Hant': '已拒絕但其後辦妥' },
  DONE_TWICE: { en: 'Done twice', 'zh-Hant': '重複辦理' },
  DONE_TOO_LATE: { en: 'Done too late', 'zh-Hant': '過遲辦理' },
  NOT_DONE: { en: 'Told as done, but not done', 'zh-Hant': '顯示已辦妥但未有辦理' },
  OVER_LIMIT: { en: 'Lent beyond the limit', 'zh-Hant': '借出超過限額' },
  NEVER_SETTLES: { en: 'An operation that never ends', 'zh-Hant': '一直未能確定的辦理' },
  LENT_OFFLINE: { en: 'Lent by a station off line', 'zh-Hant': '自助機離線時借出而未獲接納' },
  PAYMENT_LOST: { en: 'A payment whose operation is lost', 'zh-Hant': '付款的辦理紀錄已遺失' },
  PAYMENT_AFTER_REFUSAL: { en: 'A payment that was refused', 'zh-Hant': '已拒絕的付款其後辦妥' },
  PAYMENT_DIFFERS: { en: 'Another payment than was asked for', 'zh-Hant': '付款系統的紀錄與要求不符' },
  PAYMENT_NOT_DONE: {
    en: 'Told as paid, but not in the payment system',
    'zh-Hant': '顯示已辦妥但付款系統沒有紀錄',
  },
  CARD_NOT_BLOCKED: { en: 'A card that should be blocked', 'zh-Hant': '應停用的證件仍可借書' },
  CARD_BLOCK_UNKNOWN: { en: 'A card that may not be blocked', 'zh-Hant': '未能確定證件是否已停用' },
  CARD_BLOCKED: { en: 'A card in use that is blocked', 'zh-Hant': '使用中的證件被停用' },
  CARD_NOT_REGISTERED: { en: 'A card that circulation does not know', 'zh-Hant': '流通系統沒有此證件' },
  CARD_UNKNOWN: { en: 'A card that card management does not know', 'zh-Hant': '證件管理系統沒有此證件' },
  PATRON_UNKNOWN: { en: 'A card whose patron has no record', 'zh-Hant': '證件的讀者沒有紀錄' },
  IDENTITY_DIFFERS: { en: 'Two identity numbers', 'zh-Hant': '身份證號碼不符' },
  TOO_MANY_LOANS: { en: 'More loans than the limit', 'zh-Hant': '借出項目超過限額' },
  LENT_ON_ENDED_CARD: { en: 'A loan on an ended card', 'zh-Hant': '已結束的證件有借出項目' },
} satisfies Words<FindingKind>);

export const findingStateWords = createTexts({
  OPEN: { en: 'Open', 'zh-Hant': '待處理' },
  ACKNOWLEDGED: { en: 'In hand', 'zh-Hant': '處理中' },
  CLOSED: { en: 'Closed', 'zh-Hant': '已結案' },
  RESOLVED: { en: 'Agrees again', 'zh-Hant': '已恢復一致' },
} satisfies Words<FindingState>);

export const findingRepairWords = createTexts({
  BLOCK_CARD: { en: 'The card is blocked in circulation.', 'zh-Hant': '在流通系統停用證件。' },
  UNBLOCK_CARD: { en: 'The card is unblocked in circulation.', 'zh-Hant': '在流通系統恢復證件。' },
  REGISTER_CARD: { en: 'Circulation is told of the card.', 'zh-Hant': '在流通系統登記證件。' },
} satisfies Words<FindingRepair>);
