<?php
declare(strict_types=1);

// The room booking system by PHP's SoapServer, which shares no code with our adapters or simulators. Its bookings are in
// the file that ROOMS_STATE names.

final class Rooms
{
    /** Requests for this room are carried out, and get no answer. */
    private const UNANSWERED = 'R999';

    public bool $admitted = false;

    /** The header of WS-Security, with a UsernameToken of type PasswordText. */
    public function Security(stdClass $security): void
    {
        $this->admitted = $security->UsernameToken->Username === getenv('ROOMS_USER')
            && $security->UsernameToken->Password === getenv('ROOMS_PASSWORD');
    }

    public function GetRooms(stdClass $asked): stdClass
    {
        $this->enter();
        $found = array_filter($this->rooms(), static fn (array $room): bool => in_array($room['RoomNo'], $asked->RoomNo, true));
        return (object) ['Room' => array_values($found)];
    }

    public function FindRooms(stdClass $asked): stdClass
    {
        $this->enter();
        $fits = static fn (array $room): bool => (!isset($asked->Kind) || $room['Kind'] === $asked->Kind)
            && (!isset($asked->MinSeats) || $room['Seats'] >= $asked->MinSeats);
        return (object) ['Rooms' => (object) ['Room' => array_values(array_filter($this->rooms(), $fits))]];
    }

    public function GetBookings(stdClass $asked): stdClass
    {
        $this->enter();
        $of = static fn (array $one): bool => in_array($one['PatronNo'], $asked->PatronNo, true);
        return (object) ['Booking' => array_values(array_filter($this->bookings(), $of))];
    }

    public function GetBooking(stdClass $asked): stdClass
    {
        return $this->one(static fn (array $one): bool => (string) $one['BookingNo'] === (string) $asked->BookingNo);
    }

    public function FindBookingByRef(stdClass $asked): stdClass
    {
        return $this->one(static fn (array $one): bool => $one['Ref'] === $asked->ClientRef);
    }

    public function BookRoom(stdClass $asked): stdClass
    {
        $this->enter();
        $all = $this->bookings();
        if ($asked->RoomNo === 'R100') {
            $this->fail('RM-409');
        }
        $new = [
            'BookingNo' => 501 + count($all), 'PatronNo' => $asked->PatronNo, 'RoomNo' => $asked->RoomNo,
            'StartsAt' => $asked->StartsAt, 'EndsAt' => $asked->EndsAt, 'State' => 'BOOKED', 'Fee' => '12.50',
            'Ref' => $asked->ClientRef,
        ];
        file_put_contents((string) getenv('ROOMS_STATE'), json_encode([...$all, $new]), LOCK_EX);
        if ($asked->RoomNo === self::UNANSWERED) {
            sleep(30);
        }
        return (object) ['Booking' => $new];
    }

    private function one(callable $isWanted): stdClass
    {
        $this->enter();
        $found = array_values(array_filter($this->bookings(), $isWanted));
        return $found === [] ? new stdClass() : (object) ['Booking' => $found[0]];
    }

    private function enter(): void
    {
        if (!$this->admitted) {
            $this->fail('RM-401');
        }
    }

    private function fail(string $code): never
    {
        $detail = new SoapVar(['Code' => $code, 'Text' => 'refused'], SOAP_ENC_OBJECT, 'RoomsFault', 'urn:example:rooms:types');
        throw new SoapFault('Server', 'refused', null, (object) ['RoomsFault' => $detail], 'RoomsFault');
    }

    private function rooms(): array
    {
        $room = static fn (string $number, string $kind, int $seats): array => [
            'branch' => 'CENTRAL', 'RoomNo' => $number, 'Name' => "Room $number", 'Kind' => $kind, 'Seats' => $seats,
            'HourlyFee' => null, 'Equipment' => ['screen', 'whiteboard'],
        ];
        return [$room('R101', 'STUDY', 2), $room('R102', 'MEETING', 8)];
    }

    private function bookings(): array
    {
        return json_decode((string) @file_get_contents((string) getenv('ROOMS_STATE')), true) ?? [];
    }
}

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    return;
}
$server = new SoapServer((string) getenv('ROOMS_WSDL'), [
    'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    'soap_version' => SOAP_1_1,
]);
$server->setObject(new Rooms());
$server->handle();
