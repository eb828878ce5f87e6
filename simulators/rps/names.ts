export const MESSAGES = 'http://rps.library.example/2014/11';
export const TYPES = 'http://rps.library.example/2014/11/types';
export const COMMON = 'http://rps.library.example/2014/11/common';
export const ADDRESSING = 'http://www.w3.org/2005/08/addressing';

const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
export const WSSE = `${OASIS}-wssecurity-secext-1.0.xsd`;
export const WSU = `${OASIS}-wssecurity-utility-1.0.xsd`;
export const PASSWORD_TEXT = `${OASIS}-username-token-profile-1.0#PasswordText`;

/** The namespace of the subcodes of WCF's own faults. */
export const WCF = 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher';
