<?php
declare(strict_types=1);

require __DIR__ . '/peer.php';

const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

/** A stand-in for card management that checks the UsernameToken. It only replies, and stores no changes. */
final class CardManagementPeer
{
    private ?string $refusal = 'no Security header';

    public function __construct(private readonly Journal $journal, private readonly stdClass $fixture)
    {
    }

    /** SoapServer calls this for the header block `Security`. It refuses a mandatory block that has no such method. */
    public function Security(stdClass $security): void
    {
        $this->journal->entry['security'] = $security;
        $this->refusal = $this->refusalOf($security);
        $this->journal->entry['refusal'] = $this->refusal;
    }

    public function GetCardsByPatron(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        foreach ($asked->patronNo as $number) {
            $this->failFor($number);
        }
        if ($asked->patronNo === ['P9999500']) {
            // The row lacks required fields of a card, so SoapServer sends a fault of its own.
            return (object) ['card' => [(object) ['patronNo' => 'P9999500']]];
        }
        return $this->cards(static fn (stdClass $one): bool => in_array($one->patronNo, $asked->patronNo, true));
    }

    public function GetCardsByNumber(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        // PHP doesn't split an xsd:list. It passes the list as one text.
        $numbers = is_array($asked->cardNos) ? $asked->cardNos : preg_split('/\s+/', trim($asked->cardNos));
        return $this->cards(static fn (stdClass $one): bool => in_array($one->cardNo, $numbers, true));
    }

    public function FindSmartCard(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $found = $this->cards(
            static fn (stdClass $one): bool => $one->hkid === $asked->hkid,
        )->card;
        return $found === [] ? new stdClass() : (object) ['card' => $found[0]];
    }

    public function GetApplications(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        return (object) ['application' => self::among(
            $this->fixture->applications,
            static fn (stdClass $one): bool => in_array($one->applicationNo, $asked->applicationNo, true),
        )];
    }

    public function ListApplications(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $all = self::among(
            $this->fixture->applications,
            static fn (stdClass $one): bool => ($asked->status === null || $one->status === $asked->status)
                && ($asked->patronNo === null || $one->patronNo === $asked->patronNo),
        );
        $after = $asked->afterApplicationNo ?? '';
        $rest = self::among($all, static fn (stdClass $one): bool => $one->applicationNo > $after);
        return (object) ['total' => count($all), 'application' => array_slice($rest, 0, $asked->maxRows)];
    }

    public function ListLossReports(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $all = $this->fixture->lossReports;
        $after = $asked->afterReportNo ?? '';
        $rest = self::among($all, static fn (stdClass $one): bool => $one->reportNo > $after);
        return (object) ['total' => count($all), 'report' => array_slice($rest, 0, $asked->maxRows)];
    }

    public function SubmitApplication(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $this->failFor($asked->patronNo ?? '');
        $new = ['status' => 'RCV', 'applicationNo' => '008', 'submittedAt' => '2025-06-07T00:00:00+08:00'];
        return (object) ['application' => (object) ($new + (array) $asked + ['decidedAt' => null, 'reason' => null])];
    }

    public function DecideApplication(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $found = self::among(
            $this->fixture->applications,
            static fn (stdClass $one): bool => $one->applicationNo === $asked->applicationNo,
        );
        if ($found === []) {
            throw self::fault('Sender', 'E1001', 'no such application');
        }
        if ($found[0]->status !== 'RCV') {
            throw self::fault('Sender', 'E1002', 'decided already');
        }
        return (object) ['application' => self::with($found[0], [
            'status' => $asked->approve ? 'APR' : 'REJ',
            'patronNo' => $asked->patronNo ?? $found[0]->patronNo,
            'decidedAt' => '2025-06-07T00:00:00Z',
            'reason' => $asked->reason,
        ])];
    }

    public function IssueCard(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $this->failFor($asked->patronNo);
        return (object) ['card' => (object) [
            'type' => $asked->type,
            'status' => 'ACT',
            'cardNo' => '00000000000042',
            'patronNo' => $asked->patronNo,
            'issuedOn' => '07/06/2025',
            'closedOn' => null,
            'hkid' => $asked->hkid,
            'dateOfIssue' => $asked->dateOfIssue,
            'onReplacement' => null,
            'infoCardPrintedOn' => null,
        ]];
    }

    public function ReportLoss(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $card = self::with($this->card($asked->cardNo), ['status' => 'LST', 'onReplacement' => $asked->onReplacement]);
        return (object) ['report' => (object) [
            'reportNo' => '0003',
            'cardNo' => $card->cardNo,
            'patronNo' => $card->patronNo,
            'reportedAt' => '2025-06-07T00:00:00+08:00',
            'onReplacement' => $asked->onReplacement,
        ], 'card' => $card];
    }

    public function ReplaceCard(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $changes = ['status' => 'ACT', 'dateOfIssue' => $asked->dateOfIssue, 'onReplacement' => null];
        return (object) ['card' => self::with($this->card($asked->cardNo), $changes)];
    }

    public function CloseCard(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $changes = ['status' => $asked->status, 'closedOn' => '07/06/2025'];
        return (object) ['card' => self::with($this->card($asked->cardNo), $changes)];
    }

    public function PrintInformationCard(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        return (object) ['card' => self::with($this->card($asked->cardNo), ['infoCardPrintedOn' => '07/06/2025'])];
    }

    public function ChangePin(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $this->card($asked->cardNo);
        return (object) ['changed' => true];
    }

    public function VerifyPin(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $this->card($asked->cardNo);
        $isRight = $asked->pin === '0012';
        return (object) ['verified' => $isRight, 'lockedUntil' => $isRight ? null : '2025-06-07T00:15:00+08:00'];
    }

    private function card(string $number): stdClass
    {
        $found = $this->cards(static fn (stdClass $one): bool => $one->cardNo === $number)->card;
        return $found[0] ?? throw self::fault('Sender', 'E1001', 'no such card');
    }

    private static function with(stdClass $one, array $changes): stdClass
    {
        return (object) ($changes + (array) $one);
    }

    private function enter(string $operation, stdClass $asked): void
    {
        $this->journal->took($operation, $asked);
        if ($this->refusal !== null) {
            throw self::fault('Sender', 'E1004', $this->refusal);
        }
    }

    private function cards(callable $wanted): stdClass
    {
        return (object) ['card' => self::among($this->fixture->cards, $wanted)];
    }

    private static function among(array $rows, callable $wanted): array
    {
        return array_values(array_filter($rows, $wanted));
    }

    /** The reason for refusing the token, or null. It follows OASIS UsernameToken Profile 1.0 with PasswordDigest. */
    private function refusalOf(stdClass $security): ?string
    {
        // SoapServer reads no attributes of elements without a declared type, so they are read from the request.
        $request = new DOMDocument();
        $request->loadXML($this->journal->entry['request']);
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
            !$this->isNew($nonce) => 'a nonce used before',
            default => null,
        };
    }

    private function isNew(string $nonce): bool
    {
        // Mode `x` fails if the file exists, which means that the nonce was used before.
        $file = @fopen(stateFile('nonce-' . bin2hex($nonce)), 'x');
        return $file !== false && fclose($file);
    }

    /** Throws for some numbers that no patron has. Each stands for one kind of fault. */
    private function failFor(string $number): void
    {
        match ($number) {
            'P9991009' => throw self::fault('Receiver', 'E1009', '蕭𨱏 & <![CDATA[x]]>'),
            'P9991001' => throw self::fault('Sender', 'E1001', 'no such thing'),
            'P9999001' => throw new SoapFault('Receiver', 'a fault without a detail'),
            'P9999501' => throw new RuntimeException('what PHP makes no fault of'),
            default => null,
        };
    }

    private static function fault(string $side, string $code, string $text): SoapFault
    {
        return new SoapFault($side, $text, null, (object) ['cmsFault' => (object) ['code' => $code, 'message' => $text]], 'cmsFault');
    }
}

$journal = new Journal();
serve(
    dirname(__DIR__, 3) . '/adapters/credentials/card-management.wsdl',
    SOAP_1_2,
    $journal,
    new CardManagementPeer($journal, fixture()),
);
