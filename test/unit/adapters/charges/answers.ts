/** Answers of the payment system, written by hand as the vendor's documentation describes them. */
const service = 'http://rps.library.example/2014/11';
export const uuid = '00000000-0000-4000-8000-000000000001';

const envelope = (action: string, body: string): string =>
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing" ' +
  'xmlns:i="http://www.w3.org/2001/XMLSchema-instance">' +
  `<s:Header><a:Action s:mustUnderstand="1">${service}/IRevenueService/${action}</a:Action>` +
  `<a:RelatesTo>urn:uuid:${uuid}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`;

/** The reply to an operation: `content` is inside its `…Result`, or there is no such element. */
export const replyTo = (operation: string, content: string | null, attributes = ''): string =>
  envelope(
    `${operation}Response`,
    `<${operation}Response xmlns="${service}">${
      content === null
        ? ''
        : `<${operation}Result xmlns:t="${service}/types" xmlns:c="${service}/common" ${attributes}>${content}</${operation}Result>`
    }</${operation}Response>`,
  );

export const faultOf = (code: 'Sender' | 'Receiver', subcode: string, detail: string): string =>
  envelope(
    'Fault',
    `<s:Fault><s:Code><s:Value>s:${code}</s:Value><s:Subcode><s:Value xmlns:w="urn:w">w:${subcode}</s:Value></s:Subcode></s:Code>` +
      `<s:Reason><s:Text xml:lang="en">SECRET</s:Text></s:Reason>${
        detail === ''
          ? ''
          : `<s:Detail xmlns:t="${service}/types" xmlns:c="${service}/common">${detail}</s:Detail>`
      }</s:Fault>`,
  );

const money = (name: string, amount: string): string => `<t:${name} currency="HKD">${amount}</t:${name}>`;

/** The content of an order. */
export const orderContent = ({
  orderNo = 'RO2026000001',
  reference = 'm-1',
  patronNo = 'P0000001',
  method = '<t:Method i:type="t:FpsMethod"><t:PayerName>LEE SIU MING</t:PayerName><t:BankCode>004</t:BankCode></t:Method>',
  refunds = '',
  total = '12.00',
} = {}): string =>
  `<t:OrderNo>${orderNo}</t:OrderNo><t:MerchantRef>${reference}</t:MerchantRef><t:PatronNo>${patronNo}</t:PatronNo>${method}` +
  `<t:Lines><t:OrderLine><t:ChargeNo>G0000001</t:ChargeNo>${money('Amount', '12.00')}</t:OrderLine></t:Lines>` +
  `${money('Total', total)}<t:BusinessDate>2026-11-30</t:BusinessDate><t:CreatedAt>2026-11-30T01:00:00.9999999Z</t:CreatedAt>` +
  `<t:PayBy>2026-11-30T01:15:00Z</t:PayBy><t:PaidAt i:nil="true"/><t:QrPayload>0002</t:QrPayload>${refunds}`;

export const duplicateOrder = (reference: string): string =>
  `<t:DuplicateFault><t:Order State="Paid">${orderContent({ reference })}</t:Order></t:DuplicateFault>`;

export const duplicateWaiver =
  '<t:DuplicateFault><t:Change Seq="7" Type="ChargeWaived"><t:At>2026-11-30T01:00:00Z</t:At><t:PatronNo>P0000001</t:PatronNo>' +
  '<t:MerchantRef>m-1</t:MerchantRef><t:OrderNo i:nil="true"/><t:ChargeNos>G0000001</t:ChargeNos>' +
  `${money('Amount', '0.50')}<t:ClerkId>c.lam</t:ClerkId><t:Reason>faulty</t:Reason></t:Change></t:DuplicateFault>`;

/** A statement with one charge, which is in a pending order. */
export const statementContent = ({
  patronNo = 'P0000001',
  outstanding = '26.00',
  total = '26.00',
  lineType = 'Charge',
} = {}): string =>
  `<t:Statement><t:PatronNo>${patronNo}</t:PatronNo><t:AsOf>2026-11-30T01:00:00Z</t:AsOf>` +
  `${money('Paid', '20.00')}${money('Waived', '0.00')}${money('Outstanding', total)}` +
  `<t:Lines><t:StatementLine LineType="${lineType}" State="PartPaid" Version="3"><t:ChargeNo>G0000004</t:ChargeNo>` +
  `<t:At>2026-11-10T02:30:11.0470012Z</t:At>${money('Amount', '46.00')}` +
  `${money('Paid', '20.00')}${money('Waived', '0.00')}${money('Outstanding', outstanding)}` +
  '<t:Purpose>CardReplacement</t:Purpose><t:Description>Library information card, reprint</t:Description>' +
  '<t:CardNo>21852000000058</t:CardNo><t:LoanNo i:nil="true"/><t:DueOn i:nil="true"/><t:OrderNo>RO2026000009</t:OrderNo>' +
  `<t:Adjustments><t:StatementLine LineType="Payment"><t:ChargeNo>G0000004</t:ChargeNo><t:At>2026-11-14T14:02:03Z</t:At>${money('Amount', '25.00')}` +
  '<t:OrderNo>RO2026000002</t:OrderNo><t:MerchantRef>web-1</t:MerchantRef>' +
  `<t:Adjustments><t:StatementLine LineType="Refund"><t:ChargeNo>G0000004</t:ChargeNo><t:At>2026-11-15T00:00:00Z</t:At>${money('Amount', '5.00')}` +
  '<t:MerchantRef>r-1</t:MerchantRef><t:ClerkId>c.lam</t:ClerkId></t:StatementLine></t:Adjustments>' +
  '</t:StatementLine></t:Adjustments></t:StatementLine></t:Lines>' +
  `<t:Credits><t:Credit><t:CreditNo>CR000001</t:CreditNo>${money('Amount', '10.00')}${money('Remaining', '7.50')}` +
  '<t:RaisedAt>2026-11-16T02:00:00.5Z</t:RaisedAt><t:ExpiresOn>2027-11-15</t:ExpiresOn></t:Credit></t:Credits>' +
  '<t:Notice>Counters close at 20:00</t:Notice></t:Statement>';
