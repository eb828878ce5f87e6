<?php
declare(strict_types=1);

const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

/** The reason for refusing the token, or null. It follows OASIS UsernameToken Profile 1.0 with PasswordDigest. */
function tokenRefusal(stdClass $security, string $envelope): ?string
{
    // SoapServer reads no attributes of elements without a declared type, so they are read from the request.
    $request = new DOMDocument();
    $request->loadXML($envelope);
    $path = new DOMXPath($request);
    $path->registerNamespace('wsse', OASIS . '-wssecurity-secext-1.0.xsd');
    $path->registerNamespace('wsu', OASIS . '-wssecurity-utility-1.0.xsd');
    $token = '/*/*/wsse:Security/wsse:UsernameToken';
    $type = $path->evaluate("string($token/wsse:Password/@Type)");
    $encoding = $path->evaluate("string($token/wsse:Nonce/@EncodingType)");
    $created = $path->evaluate("string($token/wsu:Created)");
    $nonce = base64_decode($path->evaluate("string($token/wsse:Nonce)"), true);
    $digest = base64_encode(sha1($nonce . $created . getenv('PEER_PASSWORD'), true));
    $when = DateTimeImmutable::createFromFormat('Y-m-d\TH:i:s.vp', $created);
    return match (true) {
        $type !== OASIS . '-username-token-profile-1.0#PasswordDigest' => 'not a digest',
        $encoding !== OASIS . '-soap-message-security-1.0#Base64Binary' => 'no encoding of the nonce',
        $nonce === false || strlen($nonce) < 16 => 'no nonce',
        $when === false || abs(peerTime() - $when->getTimestamp()) > 300 => 'not in the window',
        $security->UsernameToken->Username !== getenv('PEER_USER') => 'another user',
        !hash_equals($digest, $security->UsernameToken->Password) => 'another password',
        !isNewNonce($nonce) => 'a nonce used before',
        default => null,
    };
}

function isNewNonce(string $nonce): bool
{
    // Mode `x` fails if the file exists, which means that the nonce was used before.
    $file = @fopen(stateFile('nonce-' . bin2hex($nonce)), 'x');
    return $file !== false && fclose($file);
}
