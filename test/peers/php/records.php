<?php
declare(strict_types=1);

/**
 * The rows of one system, from a file that a test may have put beside the journal. The file is locked from the first use
 * until the reply is ready, so that requests are applied one after the other. Without a file, each request begins with
 * the same rows, and its changes are forgotten.
 */
final class Records
{
    /** @var ?resource The file, while it is locked. */
    private $file = null;
    /** What the file had. */
    private string $text = '';
    public stdClass $rows;

    /**
     * @param stdClass $first the rows without a file
     * @param bool $isKept whether a file is made if the test has put none there
     */
    public function __construct(private readonly stdClass $first, private readonly bool $isKept = false)
    {
    }

    public function open(): void
    {
        $file = @fopen(stateFile('records.json'), $this->isKept ? 'c+' : 'r+');
        if ($file !== false) {
            flock($file, LOCK_EX);
            $this->file = $file;
        }
        $this->text = $file === false ? '' : (string) stream_get_contents($file);
        $this->rows = $this->text === '' ? $this->first : json_decode($this->text, false, 64, JSON_THROW_ON_ERROR);
    }

    /** A read leaves the file as it is, because the test reads it without the lock. */
    public function close(): void
    {
        if ($this->file === null) {
            return;
        }
        $text = json_encode($this->rows, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        if ($text !== $this->text) {
            ftruncate($this->file, 0);
            rewind($this->file);
            fwrite($this->file, $text);
        }
        fclose($this->file);
        $this->file = null;
    }

    /** The time of changes, in seconds since 1970. If changes are forgotten, it stands still, so that replies can be recorded. */
    public function now(): int
    {
        return $this->file === null
            ? strtotime('2025-06-07T00:00:00+08:00') + intdiv(conditions()->offsetMs, 1000)
            : peerTime();
    }
}
