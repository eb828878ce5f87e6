<?php
declare(strict_types=1);

require __DIR__ . '/peer.php';

/** A stand-in for the patron registry. It only replies, and stores no changes. */
final class PatronRegistryPeer
{
    public function __construct(private readonly Journal $journal, private readonly stdClass $fixture)
    {
    }

    public function GetPatrons(stdClass $asked): stdClass
    {
        $this->journal->took(__FUNCTION__, $asked);
        foreach ($asked->PATRON_NO as $number) {
            $this->failFor($number);
        }
        if ($asked->PATRON_NO === ['P9999500']) {
            // The row lacks required fields of a record, so SoapServer sends a fault of its own.
            return (object) ['PATRON' => [(object) ['PATRON_NO' => 'P9999500']]];
        }
        return $this->patrons(static fn (stdClass $one): bool => in_array($one->PATRON_NO, $asked->PATRON_NO, true));
    }

    public function FindPatron(stdClass $asked): stdClass
    {
        $this->journal->took(__FUNCTION__, $asked);
        $found = $this->patrons(
            static fn (stdClass $one): bool => isset($asked->HKID)
                ? ($one->DETAILS->HKID ?? null) === $asked->HKID
                : ($one->DETAILS->BIRTH_CERT_NO ?? null) === $asked->BIRTH_CERT_NO,
        )->PATRON;
        return $found === [] ? new stdClass() : (object) ['PATRON' => $found[0]];
    }

    public function SearchPatrons(stdClass $asked): stdClass
    {
        $this->journal->took(__FUNCTION__, $asked);
        $all = $this->patrons(static fn (stdClass $one): bool => (!isset($asked->NAME)
                || str_contains($one->DETAILS->ENG_NAME . "\n" . ($one->DETAILS->CHI_NAME ?? ''), $asked->NAME))
            && (!isset($asked->TEL) || ($one->DETAILS->TEL ?? null) === $asked->TEL)
            && (!isset($asked->STATUS) || $one->STATUS === $asked->STATUS))->PATRON;
        $after = $asked->AFTER_PATRON_NO ?? '';
        $rest = array_values(array_filter($all, static fn (stdClass $one): bool => $one->PATRON_NO > $after));
        return (object) ['TOTAL' => count($all), 'PATRON' => array_slice($rest, 0, $asked->MAX_ROWS)];
    }

    public function RegisterPatron(stdClass $asked): stdClass
    {
        $this->journal->took(__FUNCTION__, $asked);
        $details = $asked->DETAILS;
        $this->failFor($details->TEL ?? '');
        $known = $this->patrons(static fn (stdClass $one): bool => isset($details->HKID)
            && ($one->DETAILS->HKID ?? null) === $details->HKID)->PATRON;
        if ($known !== []) {
            throw self::fault('Client', 'PRS-409', 'REGISTERED ALREADY');
        }
        $now = stampOf(self::today());
        return self::record('P0000004', $details, 'A', substr($now, 0, 8), $now);
    }

    public function AmendPatron(stdClass $asked): stdClass
    {
        $this->journal->took(__FUNCTION__, $asked);
        $this->failFor($asked->DETAILS->TEL ?? '');
        $numbered = static fn (stdClass $one): bool => $one->PATRON_NO === $asked->PATRON_NO;
        $found = $this->patrons($numbered)->PATRON[0];
        if ($found->LAST_UPD !== $asked->LAST_UPD) {
            throw self::fault('Client', 'PRS-412', 'CHANGED SINCE');
        }
        return self::record($found->PATRON_NO, $asked->DETAILS, $asked->STATUS, $found->REG_DATE, stampOf(self::today() + 1));
    }

    /** The registry's time stands still, so that replies can be recorded. A step of its clock moves it. */
    private static function today(): int
    {
        return strtotime('2025-06-07T00:00:00+08:00') + intdiv(conditions()->offsetMs, 1000);
    }

    private static function record(string $number, stdClass $details, string $status, string $since, string $version): stdClass
    {
        return (object) ['PATRON' => (object) [
            'PATRON_NO' => $number,
            'DETAILS' => $details,
            'STATUS' => $status,
            'REG_DATE' => $since,
            'LAST_UPD' => $version,
        ]];
    }

    private function patrons(callable $wanted): stdClass
    {
        return (object) ['PATRON' => array_values(array_filter($this->fixture->patrons, $wanted))];
    }

    /** Throws for some numbers that no patron has, of any kind. Each stands for one kind of fault. */
    private function failFor(string $number): void
    {
        match ($number) {
            'P9999503' => throw self::fault('Server', 'PRS-503', 'HOUSEKEEPING 蕭𨱏 & <![CDATA[x]]>'),
            'P9999400' => throw self::fault('Client', 'PRS-400', 'BAD REQUEST'),
            'P9999001' => throw new SoapFault('Server', 'a fault without a detail'),
            'P9999501' => throw new RuntimeException('what PHP makes no fault of'),
            default => null,
        };
    }

    private static function fault(string $side, string $code, string $text): SoapFault
    {
        return new SoapFault($side, $text, null, (object) ['PRSFault' => (object) ['CODE' => $code, 'TEXT' => $text]], 'PRSFault');
    }
}

$journal = new Journal();
serve(
    dirname(__DIR__, 3) . '/adapters/patrons/patron-registry.wsdl',
    SOAP_1_1,
    $journal,
    new PatronRegistryPeer($journal, fixture()),
);
