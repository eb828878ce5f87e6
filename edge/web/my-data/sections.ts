/** The sections of *my data*: the fields that are requested from the graph, and their names in both languages. */

export interface Texts {
  readonly en: string;
  readonly 'zh-Hant': string;
}

export interface Section {
  readonly name: string;
  readonly title: Texts;
  /** The fields of `me` in the section. For a paged list, they select one page. */
  readonly fields: string;
  /** The field of `me` that is a paged list. Null if the section is read in one request. */
  readonly pagedField: string | null;
  /** Whether a library may lack the system with this data. Its graph then doesn't have the fields. */
  readonly isOptional?: boolean;
  readonly labels: Readonly<Record<string, Texts>>;
}

const text = (en: string, zhHant: string): Texts => ({ en, 'zh-Hant': zhHant });

/** One page of a list. `documentOf` declares the variables `$first` and `$after`. */
const page = (field: string, node: string) =>
  `${field}(first: $first, after: $after) { pageInfo { hasNextPage endCursor } edges { node { ${node} } } }`;

const when = {
  requestedAt: text('Asked for at', '提出時間'),
  settledAt: text('Settled at', '完成時間'),
  at: text('At', '時間'),
  madeAt: text('Made at', '發出時間'),
};
const names = {
  englishName: text('English name', '英文姓名'),
  chineseName: text('Chinese name', '中文姓名'),
};
const cardNumber = { libraryCardNumber: text('Library card number', '圖書證號碼') };
const telephone = { telephone: text('Telephone number', '電話號碼') };
const kind = { kind: text('Kind', '類別') };
const status = { status: text('Status', '狀態') };

export const sections: readonly Section[] = [
  {
    name: 'record',
    title: text('Your record in the patron registry', '讀者登記系統的紀錄'),
    fields: `id status registeredOn dateOfBirth name { english chinese } identityDocuments { kind masked }
      contact { addressLines addressProven telephone email } guarantor { name telephone }
      mergedFrom { id } noticePreferences { language kinds { kind isOn } } rowNotes { row isCalled text at }`,
    pagedField: null,
    labels: {
      id: text('Patron number', '讀者編號'),
      ...status,
      registeredOn: text('Registered on', '登記日期'),
      dateOfBirth: text('Date of birth', '出生日期'),
      name: text('Name: English, Chinese', '姓名：英文、中文'),
      identityDocuments: text(
        'Identity documents; most digits are hidden, as everywhere on these pages',
        '身份證明文件；與本網頁其他地方一樣，大部分數字以星號代替',
      ),
      contact: text(
        'Address, whether it is proven, telephone number, e-mail',
        '地址、是否已證明、電話號碼、電郵',
      ),
      guarantor: text('Guarantor: name, telephone number', '擔保人：姓名、電話號碼'),
      mergedFrom: text('Other records of yours that were merged into this one', '已併入此紀錄的其他紀錄'),
      noticePreferences: text('Notices: language, and which kinds you get', '通知：語言及所接收的類別'),
      rowNotes: text(
        'Notes of staff: at which loan, reservation or debt, whether you were called, text, time',
        '職員備註：所屬的借閱、預約或欠款、曾否致電、內容、時間',
      ),
    },
  },
  {
    name: 'cards',
    title: text('Your cards', '你的證件'),
    fields: `credentials { __typename libraryCardNumber status issuedOn closedOn
      ... on SmartIdCard { maskedIdentityNumber dateOfIssue onReplacement informationCardPrintedOn } }`,
    pagedField: null,
    labels: {
      __typename: text('Kind of card', '證件類別'),
      ...cardNumber,
      ...status,
      issuedOn: text('In use since', '啟用日期'),
      closedOn: text('Ended on', '終止日期'),
      maskedIdentityNumber: text('Identity number, most digits hidden', '身份證號碼，大部分數字以星號代替'),
      dateOfIssue: text('Date of issue of the identity card', '身份證簽發日期'),
      onReplacement: text('What happens when it is replaced', '更換身份證時的安排'),
      informationCardPrintedOn: text('Information card printed on', '資料卡列印日期'),
    },
  },
  {
    name: 'applications',
    title: text('Your applications', '你的申請'),
    fields: page(
      'applications',
      `id status channel wants submittedAt decidedAt reason
      applicant { englishName chineseName maskedIdentityNumber maskedBirthCertificateNumber dateOfBirth smartIdDateOfIssue
        address addressProofShown telephone email }
      guarantor { name telephone signedOn allowsSmartId }`,
    ),
    pagedField: 'applications',
    labels: {
      id: text('Application number', '申請編號'),
      ...status,
      channel: text('Where it was made', '申請途徑'),
      wants: text('What it is for', '申請項目'),
      submittedAt: text('Submitted at', '提交時間'),
      decidedAt: text('Decided at', '決定時間'),
      reason: text('Why it was rejected', '拒絕原因'),
      applicant: text('What was filled in', '所填寫的資料'),
      ...names,
      ...telephone,
      guarantor: text('Guarantor', '擔保人'),
    },
  },
  {
    name: 'lossReports',
    title: text('Cards that you reported lost', '你曾報失的證件'),
    fields: page('lossReports', 'id reportedAt onReplacement credential { libraryCardNumber }'),
    pagedField: 'lossReports',
    labels: {
      id: text('Number of the report', '報失編號'),
      reportedAt: text('Reported at', '報失時間'),
      onReplacement: text('What happens when the card is replaced', '補領證件時的安排'),
      credential: text('Card', '證件'),
    },
  },
  {
    name: 'loans',
    title: text('Your loans', '你的借閱'),
    fields: page(
      'loans',
      'id item { itemNumber title } credential { libraryCardNumber } checkedOutAt dueOn overdue renewals renewalsLeft',
    ),
    pagedField: 'loans',
    labels: {
      id: text('Loan number', '借閱編號'),
      item: text('Item: number, title', '館藏：號碼、題名'),
      credential: text('Card', '證件'),
      checkedOutAt: text('Lent at', '借出時間'),
      dueOn: text('Due on', '到期日'),
      overdue: text('Overdue', '逾期'),
      renewals: text('Renewals made', '已續借次數'),
      renewalsLeft: text('Renewals left', '尚可續借次數'),
    },
  },
  {
    name: 'holds',
    title: text('Your reservations, also those that have ended', '你的預約，包括已結束的'),
    fields: `holds(state: [QUEUED, READY, CANCELLED, REPLACED, LAPSED, OTHER]) { id titleNumber title state queuePosition placedAt
      readyUntil pickupBranch credential { libraryCardNumber } }`,
    pagedField: null,
    labels: {
      id: text('Reservation number', '預約編號'),
      titleNumber: text('Title number', '題名編號'),
      title: text('Title', '題名'),
      state: text('State', '狀態'),
      queuePosition: text('Place in the queue', '輪候位置'),
      placedAt: text('Placed at', '預約時間'),
      readyUntil: text('Collect until', '領取限期'),
      pickupBranch: text('Branch', '領取分館'),
      credential: text('Card', '證件'),
    },
  },
  {
    name: 'charges',
    title: text('What circulation says that you owe', '流通系統所示的未繳費用'),
    fields: 'charges { id kind amount { cents currency } raisedOn loanId }',
    pagedField: null,
    labels: {
      id: text('Charge number', '費用編號'),
      ...kind,
      amount: text('Amount in cents', '金額（仙）'),
      raisedOn: text('Raised on', '收費日期'),
      loanId: text('Loan number', '借閱編號'),
    },
  },
  {
    name: 'account',
    title: text('What you owe, and what was paid', '費用及付款紀錄'),
    fields: `account { asOf outstanding { cents currency } notices
      charges(includeSettled: true) { id kind state description amount { cents } paid { cents } waived { cents }
        outstanding { cents } raisedOn dueOn loanId credential { libraryCardNumber } }
      credits { id amount { cents } remaining { cents } reason raisedAt expiresOn }
      payments(first: 50) { id state method cardDigits amount { cents } lines { chargeId amount { cents } refunded { cents } }
        createdAt paidAt refunds { id amount { cents } refundedAt reason } } }`,
    pagedField: null,
    isOptional: true,
    labels: {
      asOf: text('As of', '截至'),
      outstanding: text('Still to be paid, in cents', '尚未繳付（仙）'),
      notices: text('Messages of the payment system', '收費系統的訊息'),
      charges: text('Charges, also those that were paid or waived', '各項費用，包括已繳付或豁免的費用'),
      credits: text('Money that the library owes you', '圖書館應退還的款項'),
      payments: text('The latest fifty payments, with refunds', '最近五十項付款，包括退款'),
    },
  },
  {
    name: 'operations',
    title: text('What was asked for and done in the last 30 days', '最近 30 日的辦理紀錄'),
    fields: page('operations', 'reference code kind state requestedAt settledAt problems { code message }'),
    pagedField: 'operations',
    labels: {
      reference: text('Reference', '參考編號'),
      code: text('Code', '短碼'),
      ...kind,
      state: text('State', '狀態'),
      requestedAt: when.requestedAt,
      settledAt: when.settledAt,
      problems: text('Why it was refused', '未能辦理的原因'),
    },
  },
  {
    name: 'notices',
    title: text('Notices that are on their way to you', '尚未送達的通知'),
    fields: page('notices', 'kind madeAt isOnItsWay'),
    pagedField: 'notices',
    labels: { ...kind, madeAt: when.madeAt, isOnItsWay: text('Still tried', '仍在發送') },
  },
  {
    name: 'accessLog',
    title: text('Who has read or changed your data', '誰曾查閱或更改你的資料'),
    fields: page('accessLog', 'at kind field role clientId reason'),
    pagedField: 'accessLog',
    labels: {
      at: when.at,
      ...kind,
      field: text('Field that was changed', '更改的欄位'),
      role: text('In which role', '身分'),
      clientId: text('With which program', '使用程式'),
      reason: text('Why staff read it', '職員查閱的原因'),
    },
  },
];

/** The document of a section. Its name begins with `MyData`, as in `MyDataLoans`. */
export function documentOf({ name, fields, pagedField }: Section): string {
  const variables = pagedField === null ? '' : '($first: Int!, $after: String)';
  return `query MyData${name.charAt(0).toUpperCase()}${name.slice(1)}${variables} { me { ${fields} } }`;
}

/** Records in the access log that the reader gets the file, and returns the time of the record. */
export const exportDocument = 'query MyData { me { dataExportedAt } }';
