<?php
declare(strict_types=1);

// The control routes of the simulators, with the same JSON: `/_clock`, `/_desk` and `/_faults`. `/_faults` knows one
// kind here: `apply-late`.

/**
 * The offset of the peer's clock in ms, its faults, and the drop time of circulation in ms, which tests may shorten. The
 * script runs once for each request, so a file keeps them.
 */
function conditions(): stdClass
{
    $text = @file_get_contents(stateFile('conditions.json'));
    $kept = $text === false ? [] : json_decode($text, true, 16, JSON_THROW_ON_ERROR);
    return (object) ($kept + ['offsetMs' => 0, 'faults' => [], 'dropAfterMs' => 30_000]);
}

/** The peer's time in seconds since 1970, by a clock that tests can step. */
function peerTime(): int
{
    return (int) floor(microtime(true) + conditions()->offsetMs / 1000);
}

/** `YYYYMMDDHHMMSS` of the Hong Kong wall clock. */
function stampOf(int $seconds): string
{
    return gmdate('YmdHis', $seconds + 8 * 3600);
}

/**
 * Waits as long as a fault says for this operation. The request is applied afterwards, even if its caller has left.
 * Returns whether there is such a fault.
 */
function waitForLateApplication(string $operation): bool
{
    ignore_user_abort(true);
    foreach (conditions()->faults as $fault) {
        if (!isset($fault['operations']) || in_array($operation, $fault['operations'], true)) {
            usleep(($fault['delayMs'] ?? 60_000) * 1000);
            return true;
        }
    }
    return false;
}

/** Whether circulation drops the request, because it has waited for too long. A relay says when the request arrived. */
function isOverdue(): bool
{
    $arrivedAtMs = (float) ($_SERVER['HTTP_X_ARRIVED_AT'] ?? $_SERVER['REQUEST_TIME_FLOAT'] * 1000);
    return microtime(true) * 1000 - $arrivedAtMs > conditions()->dropAfterMs;
}

/**
 * Answers a request to a control route. Returns false for any other path.
 *
 * @param ?callable(string, string): ?string $desk makes a change without a reference, and returns the reason for a
 *     refusal. Null if the system has no such changes.
 */
function control(string $path, string $method, ?callable $desk): bool
{
    $asked = json_decode((string) file_get_contents('php://input'));
    [$status, $content] = match ($path) {
        '/_clock' => clockAnswer($method, $asked),
        '/_faults' => faultsAnswer($method, $asked),
        '/_desk' => deskAnswer($method, $asked, $desk),
        default => [0, null],
    };
    if ($status === 0) {
        return false;
    }
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($content, JSON_THROW_ON_ERROR), "\n";
    return true;
}

function clockAnswer(string $method, mixed $asked): array
{
    if ($method === 'PUT') {
        if (!is_int($asked->offsetMs ?? null)) {
            return [400, ['error' => 'offsetMs is not a whole number']];
        }
        setConditions(['offsetMs' => $asked->offsetMs]);
    }
    return [200, ['offsetMs' => conditions()->offsetMs, 'now' => gmdate('Y-m-d\TH:i:s\Z', peerTime())]];
}

function faultsAnswer(string $method, mixed $asked): array
{
    if ($method === 'PUT') {
        $faults = is_array($asked) ? $asked : ($asked->faults ?? [(object) ['kind' => null]]);
        foreach ($faults as $index => $fault) {
            if ($fault->kind !== 'apply-late') {
                return [400, ['error' => "faults.$index.kind: only apply-late"]];
            }
        }
        setConditions(['faults' => $faults]);
    }
    if ($method === 'DELETE') {
        setConditions(['faults' => []]);
    }
    return [200, ['faults' => conditions()->faults]];
}

function deskAnswer(string $method, mixed $asked, ?callable $desk): array
{
    if ($desk === null) {
        return [404, ['error' => 'this system has no desk']];
    }
    if ($method !== 'POST' || !in_array($asked->act ?? null, ['block', 'unblock'], true) || !is_string($asked->cardNo ?? null)) {
        return [400, ['error' => 'POST with act and cardNo only']];
    }
    $refusal = $desk($asked->act, $asked->cardNo);
    return $refusal === null ? [200, new stdClass()] : [409, ['error' => $refusal]];
}

function setConditions(array $changes): void
{
    file_put_contents(stateFile('conditions.json'), json_encode($changes + (array) conditions(), JSON_THROW_ON_ERROR), LOCK_EX);
}
