<?php
declare(strict_types=1);

require __DIR__ . '/peer.php';
require __DIR__ . '/username-token.php';

/**
 * A stand-in for card management that checks the UsernameToken. It issues and closes cards. To all other changes, it only
 * replies.
 */
final class CardManagementPeer
{
    private ?string $refusal = 'no Security header';

    public function __construct(private readonly Journal $journal, private readonly Records $records)
    {
    }

    /** SoapServer calls this for the header block `Security`. It refuses a mandatory block that has no such method. */
    public function Security(stdClass $security): void
    {
        $this->journal->entry['security'] = $security;
        $this->refusal = tokenRefusal($security, $this->journal->entry['request']);
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
            $this->records->rows->applications,
            static fn (stdClass $one): bool => in_array($one->applicationNo, $asked->applicationNo, true),
        )];
    }

    public function ListApplications(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $all = self::among(
            $this->records->rows->applications,
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
        $all = $this->records->rows->lossReports;
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
            $this->records->rows->applications,
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
        return $this->once(__FUNCTION__, $asked->clientRef, function () use ($asked): stdClass {
            $others = $this->cards(static fn (stdClass $one): bool => ($one->status === 'ACT'
                    && $one->patronNo === $asked->patronNo && $one->type === $asked->type)
                || ($asked->hkid !== null && $one->hkid === $asked->hkid && self::isOpen($one)));
            if ($others->card !== []) {
                throw self::fault('Sender', 'E1003', 'such a card is in use');
            }
            $card = (object) [
                'type' => $asked->type,
                'status' => 'ACT',
                'cardNo' => $this->nextCardNumber(),
                'patronNo' => $asked->patronNo,
                'issuedOn' => $this->today(),
                'closedOn' => null,
                'hkid' => $asked->hkid,
                'dateOfIssue' => $asked->dateOfIssue,
                'onReplacement' => null,
                'infoCardPrintedOn' => null,
            ];
            $this->records->rows->cards[] = $card;
            return (object) ['card' => $card];
        });
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
        return $this->once(__FUNCTION__, $asked->clientRef, function () use ($asked): stdClass {
            $card = $this->card($asked->cardNo);
            if (!self::isOpen($card) || !in_array($asked->status, ['CAN', 'SUR'], true)) {
                throw self::fault('Sender', 'E1002', 'not from this state, or not to that');
            }
            $card->status = $asked->status;
            $card->closedOn = $this->today();
            return (object) ['card' => $card];
        });
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

    /** A reference that led to a change before gets the first answer again, and nothing is done. */
    private function once(string $operation, string $reference, callable $act): stdClass
    {
        if ($reference === '') {
            throw self::fault('Sender', 'E1002', 'no clientRef');
        }
        $answers = $this->records->rows->answers ??= new stdClass();
        $answers->$reference ??= (object) ['operation' => $operation, 'answer' => $act()];
        if ($answers->$reference->operation !== $operation) {
            throw self::fault('Sender', 'E1003', 'this clientRef belongs to another operation');
        }
        return $answers->$reference->answer;
    }

    private static function isOpen(stdClass $card): bool
    {
        return in_array($card->status, ['ACT', 'LST'], true);
    }

    private function today(): string
    {
        return gmdate('d/m/Y', $this->records->now() + 8 * 3600);
    }

    /** `2`, the library's number, eight digits, and Luhn's check digit. */
    private function nextCardNumber(): string
    {
        $ours = array_filter(
            array_column($this->records->rows->cards, 'cardNo'),
            static fn (string $number): bool => str_starts_with($number, '21852'),
        );
        $digits = sprintf('21852%08d', 1 + max([0, ...array_map(
            static fn (string $number): int => (int) substr($number, 5, 8),
            array_values($ours),
        )]));
        $sum = 0;
        foreach (str_split(strrev($digits)) as $index => $digit) {
            $sum += $index % 2 === 0 ? array_sum(str_split((string) (2 * (int) $digit))) : (int) $digit;
        }
        return $digits . (10 - $sum % 10) % 10;
    }

    private static function with(stdClass $one, array $changes): stdClass
    {
        return (object) ($changes + (array) $one);
    }

    private function enter(string $operation, stdClass $asked): void
    {
        $this->journal->took($operation, $asked);
        $this->records->open();
        if ($this->refusal !== null) {
            throw self::fault('Sender', 'E1004', $this->refusal);
        }
    }

    private function cards(callable $wanted): stdClass
    {
        return (object) ['card' => self::among($this->records->rows->cards, $wanted)];
    }

    private static function among(array $rows, callable $wanted): array
    {
        return array_values(array_filter($rows, $wanted));
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
$records = new Records(fixture());
serve(
    dirname(__DIR__, 3) . '/adapters/credentials/card-management.wsdl',
    SOAP_1_2,
    $journal,
    $records,
    new CardManagementPeer($journal, $records),
);
