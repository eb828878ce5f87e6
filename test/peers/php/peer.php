<?php
declare(strict_types=1);

require __DIR__ . '/control.php';
require __DIR__ . '/records.php';

// All peers use this: SoapServer in WSDL mode with our own contracts, and a journal of the requests. SoapServer
// accepts many invalid messages, so libxml2 also checks every request and reply against the contract's schema.

final class Journal
{
    /** @var array<string, mixed> */
    public array $entry = ['operation' => null, 'arguments' => null, 'requestErrors' => [], 'replyErrors' => []];

    public function took(string $operation, mixed $arguments): void
    {
        $this->entry['operation'] = $operation;
        $this->entry['arguments'] = $arguments;
    }

    public function write(): void
    {
        file_put_contents(
            stateFile('journal.jsonl'),
            json_encode($this->entry, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES) . "\n",
            FILE_APPEND | LOCK_EX,
        );
    }
}

/**
 * The path of a file in the directory that the test created for this peer. A request for the path `/7/` is for the
 * library whose files are in the subdirectory `7`.
 */
function stateFile(string $name): string
{
    $directory = getenv('PEER_STATE');
    if ($directory === false) {
        throw new RuntimeException('PEER_STATE names no directory');
    }
    $library = preg_match('#^/[0-9]+/#', $_SERVER['REQUEST_URI'], $found) === 1 ? $found[0] : '/';
    return $directory . $library . $name;
}

function fixture(): stdClass
{
    return json_decode((string) file_get_contents(__DIR__ . '/fixture.json'), false, 64, JSON_THROW_ON_ERROR);
}

/** libxml2's errors for the element in the Body, by the schema in the WSDL. Of a Fault only the detail is checked. */
function schemaErrors(string $wsdl, string $envelope): array
{
    if ($envelope === '') {
        return ['nothing at all'];
    }
    libxml_use_internal_errors(true);
    $message = new DOMDocument();
    if (!$message->loadXML($envelope)) {
        return complaints();
    }
    $element = (new DOMXPath($message))->query('/*/*[local-name()="Body"]/*')->item(0);
    if ($element === null) {
        return ['no element in the Body'];
    }
    if ($element->localName === 'Fault') {
        $element = (new DOMXPath($message))->query('.//*[translate(local-name(), "D", "d")="detail"]/*', $element)->item(0);
        if ($element === null) {
            return [];
        }
    }
    $contract = new DOMDocument();
    $contract->load($wsdl);
    $schema = $contract->getElementsByTagNameNS('http://www.w3.org/2001/XMLSchema', 'schema')->item(0);
    // Takes the element and the schema out of their documents. C14N adds the prefixes that outer elements declare.
    $alone = new DOMDocument();
    $alone->loadXML($element->C14N());
    $alone->schemaValidateSource($schema->C14N());
    return complaints();
}

function complaints(): array
{
    $texts = array_map(static fn (LibXMLError $error): string => trim($error->message), libxml_get_errors());
    libxml_clear_errors();
    return $texts;
}

/**
 * Answers the one request that this script was started for. `$desk` is described at `control`. The reply is in
 * `$charset`, which SoapServer itself can't write.
 */
function serve(
    string $wsdl,
    int $version,
    Journal $journal,
    Records $records,
    object $handler,
    ?callable $desk = null,
    string $charset = 'UTF-8',
): void {
    if (control($_SERVER['REQUEST_URI'], $_SERVER['REQUEST_METHOD'], $desk)) {
        return;
    }
    // `record.ts` records this name. The test waits for it.
    header('X-Peer: PHP ' . PHP_VERSION . ' SoapServer, libxml2 ' . LIBXML_DOTTED_VERSION);
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        return;
    }
    $request = (string) file_get_contents('php://input');
    $journal->entry['contentType'] = $_SERVER['CONTENT_TYPE'] ?? '';
    $journal->entry['soapAction'] = $_SERVER['HTTP_SOAPACTION'] ?? '';
    $journal->entry['request'] = $request;
    $journal->entry['requestErrors'] = schemaErrors($wsdl, $request);
    $server = new SoapServer($wsdl, [
        'soap_version' => $version,
        'cache_wsdl' => WSDL_CACHE_NONE,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    ]);
    $server->setObject($handler);
    // A fault ends the script inside `handle`, so later work must be in the callback of the output buffer.
    ob_start(static function (string $reply) use ($wsdl, $journal, $records, $charset): string {
        $records->close();
        $journal->entry['replyErrors'] = schemaErrors($wsdl, $reply);
        $journal->write();
        return $charset === 'UTF-8' ? $reply : encoded($reply, $charset);
    });
    $server->handle($request);
    ob_end_flush();
}

/** Translates the reply to another charset, and corrects what its header and its declaration say. */
function encoded(string $reply, string $charset): string
{
    $bytes = iconv('UTF-8', $charset, str_replace('encoding="UTF-8"', "encoding=\"$charset\"", $reply));
    header("Content-Type: text/xml; charset=$charset");
    header('Content-Length: ' . strlen($bytes));
    return $bytes;
}
