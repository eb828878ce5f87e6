<?php
declare(strict_types=1);

require __DIR__ . '/peer.php';

/** A stand-in for the patron registry. */
final class PatronRegistryPeer
{
    public function __construct(private readonly Journal $journal, private readonly Records $records)
    {
    }

    public function GetPatrons(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        foreach ($asked->PATRON_NO as $number) {
            $this->failFor($number);
        }
        if ($asked->PATRON_NO === ['P9999500']) {
            // The row lacks required fields of a record, so SoapServer sends a fault of its own.
            return (object) ['PATRON' => [(object) ['PATRON_NO' => 'P9999500']]];
        }
        $found = $this->patrons(static fn (stdClass $one): bool => in_array($one->PATRON_NO, $asked->PATRON_NO, true));
        // The order is the registry's own.
        return (object) ['PATRON' => array_reverse($found->PATRON)];
    }

    public function FindPatron(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $found = $this->patrons(
            static fn (stdClass $one): bool => isset($asked->HKID)
                ? ($one->DETAILS->HKID ?? null) === $asked->HKID
                : ($one->DETAILS->BIRTH_CERT_NO ?? null) === $asked->BIRTH_CERT_NO,
        )->PATRON;
        return $found === [] ? new stdClass() : (object) ['PATRON' => $found[0]];
    }

    public function SearchPatrons(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
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
        $this->enter(__FUNCTION__, $asked);
        $this->failFor($asked->DETAILS->TEL ?? '');
        $this->requireValid($asked->DETAILS, null);
        $now = stampOf($this->records->now());
        $new = (object) [
            'PATRON_NO' => sprintf('P%07d', 1 + max(array_map(
                static fn (stdClass $one): int => (int) substr($one->PATRON_NO, 1),
                $this->records->rows->patrons,
            ))),
            'DETAILS' => $asked->DETAILS,
            'STATUS' => 'A',
            'REG_DATE' => substr($now, 0, 8),
            'LAST_UPD' => $now,
        ];
        $this->records->rows->patrons[] = $new;
        return (object) ['PATRON' => $new];
    }

    public function AmendPatron(stdClass $asked): stdClass
    {
        $this->enter(__FUNCTION__, $asked);
        $this->failFor($asked->DETAILS->TEL ?? '');
        $found = $this->patrons(static fn (stdClass $one): bool => $one->PATRON_NO === $asked->PATRON_NO)->PATRON[0]
            ?? throw self::fault('Client', 'PRS-404', 'NO SUCH PATRON');
        if ($found->LAST_UPD !== $asked->LAST_UPD) {
            throw self::fault('Client', 'PRS-412', 'CHANGED SINCE');
        }
        $this->requireValid($asked->DETAILS, $found->PATRON_NO);
        $found->DETAILS = $asked->DETAILS;
        $found->STATUS = $asked->STATUS;
        // A second change within the same second still gets a later stamp.
        $next = DateTimeImmutable::createFromFormat('YmdHisP', $found->LAST_UPD . '+08:00')->getTimestamp() + 1;
        $found->LAST_UPD = stampOf(max($next, $this->records->now()));
        return (object) ['PATRON' => $found];
    }

    private function enter(string $operation, stdClass $asked): void
    {
        $this->journal->took($operation, $asked);
        $this->records->open();
    }

    /** Refuses names in lower case, wrong check digits, and a document of another patron than `$owner`. */
    private function requireValid(stdClass $details, ?string $owner): void
    {
        foreach ([$details->ENG_NAME, $details->GUARANTOR_NAME ?? ''] as $name) {
            if ($name !== strtoupper($name)) {
                throw self::fault('Client', 'PRS-001', 'UPPER CASE ONLY');
            }
        }
        if (isset($details->HKID) && !self::hasCheckDigit($details->HKID)) {
            throw self::fault('Client', 'PRS-001', 'CHECK DIGIT');
        }
        foreach (['HKID', 'BIRTH_CERT_NO'] as $document) {
            $holders = $this->patrons(static fn (stdClass $one): bool => isset($details->$document)
                && $one->PATRON_NO !== $owner
                && ($one->DETAILS->$document ?? null) === $details->$document)->PATRON;
            if ($holders !== []) {
                throw self::fault('Client', 'PRS-409', 'REGISTERED ALREADY');
            }
        }
    }

    /** The check digit makes the sum of all characters, each with its weight from 9 down to 1, a multiple of eleven. */
    private static function hasCheckDigit(string $number): bool
    {
        if (preg_match('/^([A-Z]{1,2})([0-9]{6})\(([0-9A])\)$/', $number, $parts) !== 1) {
            return false;
        }
        // A blank counts 36 and A counts 10. The check digit A counts 10, too.
        $sum = 0;
        foreach (str_split(str_pad($parts[1], 2, ' ', STR_PAD_LEFT) . $parts[2] . $parts[3]) as $index => $character) {
            $value = $character === ' ' ? 36 : (int) base_convert($character, 36, 10);
            $sum += $value * (9 - $index);
        }
        return $sum % 11 === 0;
    }

    private function patrons(callable $wanted): stdClass
    {
        return (object) ['PATRON' => array_values(array_filter($this->records->rows->patrons, $wanted))];
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
$records = new Records(fixture());
serve(
    dirname(__DIR__, 3) . '/adapters/patrons/patron-registry.wsdl',
    SOAP_1_1,
    $journal,
    $records,
    new PatronRegistryPeer($journal, $records),
);
