"""Names of the contract: namespaces, operations, and the actions that the WSDL gives to answers and faults."""

SOAP = 'http://www.w3.org/2003/05/soap-envelope'
ADDRESSING = 'http://www.w3.org/2005/08/addressing'
ANONYMOUS = ADDRESSING + '/anonymous'
_WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-'
SECURITY = _WSS + 'wssecurity-secext-1.0.xsd'
UTILITY = _WSS + 'wssecurity-utility-1.0.xsd'
PASSWORD_TEXT = _WSS + 'username-token-profile-1.0#PasswordText'
INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance'
DISPATCHER = 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher'

MESSAGES = 'http://rps.library.example/2014/11'
TYPES = MESSAGES + '/types'
COMMON = MESSAGES + '/common'
SERVICE = MESSAGES + '/IRevenueService/'

OPERATIONS = (
    'GetStatements',
    'GetOrders',
    'CreateOrder',
    'CancelOrder',
    'WaiveCharge',
    'RefundOrder',
    'ListChanges',
    'GetReceipt',
    'Ping',
)
# The operations that take a reference. They are dropped if they were not applied in time.
WITH_REFERENCE = ('CreateOrder', 'WaiveCharge', 'RefundOrder')
# The operations that work at the end of the day.
ALWAYS_UP = ('GetOrders', 'ListChanges')


def action_of(operation: str) -> str:
    return SERVICE + operation


def response_action(operation: str) -> str:
    return f'{SERVICE}{operation}Response'


def fault_action(operation: str, fault: str) -> str:
    return f'{SERVICE}{operation}{fault}Fault'
