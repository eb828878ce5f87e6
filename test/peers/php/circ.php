<?php
declare(strict_types=1);

require __DIR__ . '/peer.php';

/** A refusal, as one of circulation's return codes. */
final class Refusal extends Exception
{
}

/**
 * A stand-in for circulation that keeps cards, loans and events. It has what a test of lending, blocking and the feed
 * needs: it knows no holds, no renewals and no charges, and its SoapServer answers those with a fault.
 */
final class CirculationPeer
{
    /** @var resource The open state file. It is locked until this request ends. */
    private $file;
    private stdClass $state;

    public function __construct(private readonly Journal $journal)
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
        return $this->answer(__FUNCTION__, $asked, fn (): array => ['Loan' => array_values(array_filter(
            $this->state->loans,
            static fn (stdClass $one): bool => in_array($one->CardNo, $asked->CardNo, true),
        ))]);
    }

    public function CheckOut(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, function () use ($asked): array {
            if (in_array($asked->CardNo, $this->state->blocked, true)) {
                throw new Refusal('CARD BLOCKED', 21);
            }
            foreach ($this->state->loans as $loan) {
                if ($loan->ItemNo === $asked->ItemNo) {
                    throw new Refusal('ITEM NOT AVAILABLE', 31);
                }
            }
            $loan = (object) [
                'LoanNo' => sprintf('L%08d', $this->state->seq + 1),
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
            $this->state->loans[] = $loan;
            $this->write('OUT', $asked->CardNo, $asked->Ref, $asked->ItemNo, $loan->LoanNo);
            return ['Loan' => $loan];
        });
    }

    public function CheckIn(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, function () use ($asked): array {
            foreach ($this->state->loans as $index => $loan) {
                if ($loan->ItemNo === $asked->ItemNo) {
                    array_splice($this->state->loans, $index, 1);
                    $this->write('IN', $loan->CardNo, $asked->Ref, $loan->ItemNo, $loan->LoanNo);
                    return ['Loan' => $loan];
                }
            }
            throw new Refusal('NOT ON LOAN', 50);
        });
    }

    public function RegisterCard(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, function () use ($asked): array {
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
        return $this->answer(__FUNCTION__, $asked, fn (): array => ['Event' => array_values(array_filter(
            $this->state->events,
            static fn (stdClass $one): bool => $asked->Ref !== '' && $one->Ref === $asked->Ref,
        ))]);
    }

    public function ListEvents(stdClass $asked): stdClass
    {
        return $this->answer(__FUNCTION__, $asked, fn (): array => ['Event' => array_slice(array_values(array_filter(
            $this->state->events,
            static fn (stdClass $one): bool => $one->Seq > $asked->AfterSeq,
        )), 0, $asked->MaxRows)]);
    }

    /** Makes a desk's change, which has no reference. */
    public function desk(string $act, string $cardNo): ?string
    {
        $this->open();
        $this->change($act, $cardNo, '');
        $this->close();
        return null;
    }

    private function change(string $act, string $cardNo, string $ref): array
    {
        $others = array_values(array_diff($this->state->blocked, [$cardNo]));
        $this->state->blocked = $act === 'block' ? [...$others, $cardNo] : $others;
        $this->write($act === 'block' ? 'BLK' : 'UBK', $cardNo, $ref);
        return [];
    }

    private function write(string $kind, string $cardNo, string $ref, string $itemNo = '', string $loanNo = ''): void
    {
        $this->state->seq += 1;
        $this->state->events[] = (object) [
            'Seq' => $this->state->seq,
            'At' => stampOf(peerTime()),
            'Kind' => $kind,
            'CardNo' => $cardNo,
            'ItemNo' => $itemNo,
            'LoanNo' => $loanNo,
            'Ref' => $ref,
        ];
    }

    private function answer(string $operation, stdClass $asked, callable $act): stdClass
    {
        $this->journal->took($operation, $asked);
        if ($asked->SID !== 'PHP') {
            return (object) ['RC' => 10, 'MSG' => 'SESSION UNKNOWN'];
        }
        waitForLateApplication($operation);
        $this->open();
        try {
            return (object) (['RC' => 0, 'MSG' => ''] + $act());
        } catch (Refusal $refusal) {
            return (object) ['RC' => $refusal->getCode(), 'MSG' => $refusal->getMessage()];
        } finally {
            $this->close();
        }
    }

    private function open(): void
    {
        $this->file = fopen(stateFile('circ.json'), 'c+');
        flock($this->file, LOCK_EX);
        $text = (string) stream_get_contents($this->file);
        $this->state = $text === ''
            ? (object) ['seq' => 0, 'blocked' => [], 'loans' => [], 'events' => []]
            : json_decode($text, false, 16, JSON_THROW_ON_ERROR);
    }

    private function close(): void
    {
        ftruncate($this->file, 0);
        rewind($this->file);
        fwrite($this->file, json_encode($this->state, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
        fclose($this->file);
    }
}

$journal = new Journal();
$peer = new CirculationPeer($journal);
serve(
    dirname(__DIR__, 3) . '/adapters/circulation/circulation.wsdl',
    SOAP_1_1,
    $journal,
    $peer,
    $peer->desk(...),
    'Big5-HKSCS',
);
