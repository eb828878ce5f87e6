<?php
// PHP's SoapClient. Its arguments are the WSDL, the address, the operation, the arguments as JSON and the number of rows.
// For each number on standard input it makes this many calls, and prints its CPU time so far, in µs.
[, $wsdl, $url, $operation, $arguments, $rows] = $argv;
$client = new SoapClient($wsdl, [
    'location' => $url,
    'keep_alive' => true,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);
$arguments = json_decode($arguments, true);
while (($line = fgets(STDIN)) !== false) {
    for ($left = (int) $line; $left > 0; $left -= 1) {
        $reply = get_object_vars($client->__soapCall($operation, [$arguments]));
        $read = 0;
        foreach ($reply as $value) {
            $read = is_array($value) ? count($value) : $read;
        }
        if ($read !== (int) $rows) {
            exit("PHP read $read rows of $rows");
        }
    }
    $used = getrusage();
    echo ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) * 1000000
        + $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'], "\n";
}
