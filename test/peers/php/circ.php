<?php
declare(strict_types=1);

require __DIR__ . '/peer.php';

/** A refusal, as one of circulation's return codes. */
final class Refusal extends Exception
{
}

/**
 * A stand-in for circulation that keeps cards, loans, holds and events. It has what a test of lending, blocking and the
 * feed needs: it has no copies, and it places no holds and renews nothing, which its SoapServer answers with a fault.
 */
final class CirculationPeer
{
    public function __construct(private readonly Journal $journal, private readonly Records $records)
    {
    }

    public function Login(stdClass $asked): stdClass
    {
        $this->journal->took(__FUNCTION__, $asked);
        $isRight = $asked->User === getenv('PEER_USER') && $asked->Password === getenv('PEER_PASSWORD');
        return (object) ['RC' => $isRight ? 0 : 11, 'MSG' => '', 'SID' => $isRight ? 'PHP' : ''];
    }

    public function GetLoans(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, fn (stdClass $rows): array => ['Loan' => self::ofCards($rows->loans, $asked)]);
    }

    public function GetHolds(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, fn (stdClass $rows): array => ['Hold' => self::ofCards($rows->holds, $asked)]);
    }

    public function GetCharges(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, fn (stdClass $rows): array => ['Charge' => self::ofCards($rows->charges, $asked)]);
    }

    public function CancelHold(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, function (stdClass $rows) use ($asked): array {
            $open = array_filter($rows->holds, static fn (stdClass $one): bool => in_array($one->State, ['Q', 'R'], true));
            $hold = array_column($open, null, 'HoldNo')[$asked->HoldNo] ?? throw new Refusal('UNKNOWN HOLD', 70);
            foreach ($open as $other) {
                if ($hold->State === 'Q' && $other->BibNo === $hold->BibNo && $other->QueuePos > $hold->QueuePos) {
                    $other->QueuePos -= 1;
                }
            }
            $hold->State = 'X';
            $hold->QueuePos = 0;
            $hold->ReadyUntil = '';
            $this->write('UNH', $hold->CardNo, $asked->Ref);
            return ['Hold' => $hold];
        });
    }

    public function CheckOut(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, function (stdClass $rows) use ($asked): array {
            $this->requireKnown($asked->CardNo);
            if (in_array($asked->CardNo, $rows->blocked, true)) {
                throw new Refusal('CARD BLOCKED', 21);
            }
            foreach ($rows->loans as $loan) {
                if ($loan->ItemNo === $asked->ItemNo) {
                    throw new Refusal('ITEM NOT AVAILABLE', 31);
                }
            }
            $loan = (object) [
                'LoanNo' => sprintf('L%08d', $this->nextSequence()),
                'CardNo' => $asked->CardNo,
                'ItemNo' => $asked->ItemNo,
                'BibNo' => 'B1',
                'Title' => '香港嚟',
                'Branch' => 'STCL',
                'OutAt' => stampOf(peerTime()),
                'DueOn' => substr(stampOf(peerTime() + 14 * 86_400), 0, 8),
                'Renewals' => 0,
                'Ref' => $asked->Ref,
            ];
            $rows->loans[] = $loan;
            $this->write('OUT', $asked->CardNo, $asked->Ref, $asked->ItemNo, $loan->LoanNo);
            return ['Loan' => $loan];
        });
    }

    public function CheckIn(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, function (stdClass $rows) use ($asked): array {
            foreach ($rows->loans as $index => $loan) {
                if ($loan->ItemNo === $asked->ItemNo) {
                    array_splice($rows->loans, $index, 1);
                    $this->write('IN', $loan->CardNo, $asked->Ref, $loan->ItemNo, $loan->LoanNo);
                    return ['Loan' => $loan];
                }
            }
            throw new Refusal('NOT ON LOAN', 50);
        });
    }

    public function RegisterCard(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, function (stdClass $rows) use ($asked): array {
            $rows->known = [...array_values(array_diff($rows->known, [$asked->CardNo])), $asked->CardNo];
            $this->write('REG', $asked->CardNo, $asked->Ref);
            return [];
        });
    }

    public function BlockCard(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, fn (): array => $this->change('block', $asked->CardNo, $asked->Ref));
    }

    public function UnblockCard(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, fn (): array => $this->change('unblock', $asked->CardNo, $asked->Ref));
    }

    public function FindByRef(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, static fn (stdClass $rows): array => ['Event' => array_values(array_filter(
            $rows->events,
            static fn (stdClass $one): bool => $asked->Ref !== '' && $one->Ref === $asked->Ref,
        ))]);
    }

    public function ListEvents(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, static fn (stdClass $rows): array => ['Event' => array_slice(array_values(array_filter(
            $rows->events,
            static fn (stdClass $one): bool => $one->Seq > $asked->AfterSeq,
        )), 0, $asked->MaxRows)]);
    }

    /** Makes a desk's change, which has no reference. Returns the reason for a refusal. */
    public function desk(string $act, string $cardNo): ?string
    {
        $this->records->open();
        try {
            $this->change($act, $cardNo, '');
            return null;
        } catch (Refusal $refusal) {
            return $refusal->getMessage();
        } finally {
            $this->records->close();
        }
    }

    /** A card that is blocked already, or isn't, gets an event all the same. */
    private function change(string $act, string $cardNo, string $ref): array
    {
        $this->requireKnown($cardNo);
        $rows = $this->records->rows;
        $others = array_values(array_diff($rows->blocked, [$cardNo]));
        $rows->blocked = $act === 'block' ? [...$others, $cardNo] : $others;
        $this->write($act === 'block' ? 'BLK' : 'UBK', $cardNo, $ref);
        return [];
    }

    private function requireKnown(string $cardNo): void
    {
        if (!in_array($cardNo, $this->records->rows->known, true)) {
            throw new Refusal('UNKNOWN CARD', 20);
        }
    }

    private static function ofCards(array $rows, stdClass $asked): array
    {
        return array_values(array_filter($rows, static fn (stdClass $one): bool => in_array($one->CardNo, $asked->CardNo, true)));
    }

    private function write(string $kind, string $cardNo, string $ref, string $itemNo = '', string $loanNo = ''): void
    {
        $this->records->rows->events[] = (object) [
            'Seq' => $this->nextSequence(),
            'At' => stampOf(peerTime()),
            'Kind' => $kind,
            'CardNo' => $cardNo,
            'ItemNo' => $itemNo,
            'LoanNo' => $loanNo,
            'Ref' => $ref,
        ];
    }

    /** Every third number is left out, because the vendor's numbers may have gaps. */
    private function nextSequence(): int
    {
        $events = $this->records->rows->events;
        $next = $events === [] ? 1 : $events[array_key_last($events)]->Seq + 1;
        return $next % 3 === 0 ? $next + 1 : $next;
    }

    private function answer(string $operation, stdClass $asked, callable $act): stdClass
    {
        $this->journal->took($operation, $asked);
        if ($asked->SID !== 'PHP') {
            return (object) ['RC' => 10, 'MSG' => 'SESSION UNKNOWN'];
        }
        $isLate = waitForLateApplication($operation);
        $this->records->open();
        try {
            if (!$isLate && isOverdue()) {
                throw new Refusal('BUSY', 90);
            }
            return (object) (['RC' => 0, 'MSG' => ''] + $act($this->records->rows));
        } catch (Refusal $refusal) {
            return (object) ['RC' => $refusal->getCode(), 'MSG' => $refusal->getMessage()];
        }
    }
}

$journal = new Journal();
$records = new Records((object) [
    'known' => array_column(fixture()->cards, 'cardNo'),
    'blocked' => [],
    'loans' => [],
    'holds' => [],
    'charges' => [],
    'events' => [],
], true);
$peer = new CirculationPeer($journal, $records);
serve(
    dirname(__DIR__, 3) . '/adapters/circulation/circulation.wsdl',
    SOAP_1_1,
    $journal,
    $records,
    $peer,
    $peer->desk(...),
    'Big5-HKSCS',
);
