// The named values of the key table, in words. The names are those of the spec, by
// number; a check holds the two together. A value without words is spelled by its name.

/** What the car is doing (`car`). */
export const CAR = {
  0: ['UnknownOrError', 'Unknown'],
  1: ['Idle', 'No car'],
  2: ['Charging', 'Charging'],
  3: ['WaitCar', 'Waiting for the car'],
  4: ['Complete', 'Plugged in, not charging'],
  5: ['Error', 'Fault'],
  6: ['Initializing', 'Starting up'],
};

/** Why the car may charge now or may not (`modelStatus`). */
export const REASON = {
  0: ['ChargingBecauseNoChargeCtrlData', 'may charge: nothing controls it'],
  1: ['NotChargingBecauseOvertemperature', 'may not charge: too hot'],
  2: ['NotChargingBecauseAccessControl', 'may not charge: nobody was let in, by card or otherwise'],
  3: ['ChargingBecauseForceStateOn', 'may charge: charging is forced on'],
  4: ['NotChargingBecauseForceStateOff', 'may not charge: charging is forced off'],
  5: ['NotChargingBecauseScheduler', 'may not charge: the schedule of the day does not let it'],
  6: ['NotChargingBecauseEnergyLimit', 'may not charge: the energy limit is reached'],
  7: ['ChargingBecauseAwattarPriceLow', 'may charge: electricity is cheap now'],
  8: ['ChargingBecauseAutomaticStopTestLadung', 'may charge: a test for the next trip'],
  9: ['ChargingBecauseAutomaticStopNotEnoughTime', 'may charge: the next trip leaves no time to wait'],
  10: ['ChargingBecauseAutomaticStop', 'may charge: for the next trip'],
  11: ['ChargingBecauseAutomaticStopNoClock', 'may charge: for the next trip, since the time of day is not known'],
  12: ['ChargingBecausePvSurplus', 'may charge: with surplus'],
  13: ['ChargingBecauseFallbackV2Default', 'may charge: nothing speaks against it'],
  14: ['ChargingBecauseFallbackV2Scheduler', 'may charge: the schedule of the day lets it'],
  15: ['ChargingBecauseFallbackDefault', 'may charge: nothing speaks against it'],
  16: ['NotChargingBecauseFallbackV2Awattar', 'may not charge: waits for a low price'],
  17: ['NotChargingBecauseFallbackAwattar', 'may not charge: waits for surplus'],
  18: ['NotChargingBecauseFallbackAutomaticStop', 'may not charge: the next trip can wait, or has what it needs'],
  19: ['ChargingBecauseCarCompatibilityKeepAlive', 'may charge: so that the car does not fall asleep'],
  20: ['ChargingBecauseChargePauseNotAllowed', 'may charge: pauses are not allowed'],
  22: ['NotChargingBecauseSimulateUnplugging', 'may not charge: unplugging is simulated'],
  23: ['NotChargingBecausePhaseSwitch', 'may not charge: the number of phases changes'],
  24: ['NotChargingBecauseMinPauseDuration', 'may not charge: the shortest pause is not over'],
  26: ['NotChargingBecauseError', 'may not charge: there is a fault'],
  27: ['NotChargingBecauseLoadManagementDoesntWant', 'may not charge: load management does not want it'],
  28: ['NotChargingBecauseOcppDoesntWant', 'may not charge: OCPP does not want it'],
  29: ['NotChargingBecauseReconnectDelay', 'may not charge: the delay after a reconnect is not over'],
  30: ['NotChargingBecauseAdapterBlocking', 'may not charge: adapter or digital input leave too little'],
  31: ['NotChargingBecauseUnderfrequencyControl', 'may not charge: the frequency of the mains is too low'],
  32: ['NotChargingBecauseUnbalancedLoad', 'may not charge: the load is unbalanced'],
  33: ['ChargingBecauseDischargingPvBattery', 'may charge: the house battery gives'],
  34: ['NotChargingBecauseGridMonitoring', 'may not charge: grid monitoring'],
  35: ['NotChargingBecauseOcppFallback', 'may not charge: OCPP is out of reach'],
  36: ['NotChargingBecauseFloorDetected', 'may not charge: the floor was detected'],
  37: ['NotChargingBecauseOcppInoperable', 'may not charge: OCPP made it inoperable'],
  38: ['NotChargingBecauseUndervoltageControl', 'may not charge: the voltage of the mains is too low'],
  39: ['NotChargingBecauseZeroSetpoint', 'may not charge: the setpoint is zero'],
  40: ['NotChargingBecauseInitializing', 'may not charge: booting'],
  41: ['NotChargingBecauseFailsafeLimit', 'may not charge: the failsafe limit'],
};

/** What is wrong (`err`). */
export const FAULT = {
  0: ['None', 'none'],
  1: ['FiAc', 'residual current, AC'],
  2: ['FiDc', 'residual current, DC'],
  3: ['Phase', 'a phase is missing'],
  4: ['Overvolt', 'voltage too high'],
  5: ['Overamp', 'current too high'],
  6: ['Diode', 'the diode of the car is missing'],
  7: ['PpInvalid', 'the cable cannot be told'],
  8: ['GndInvalid', 'earth is missing'],
  9: ['ContactorStuck', 'the contactor is stuck'],
  10: ['ContactorMiss', 'the contactor does not close'],
  12: ['StatusLockStuckOpen', 'the lock is stuck open'],
  13: ['StatusLockStuckLocked', 'the lock is stuck locked'],
  14: ['FiUnknown', 'residual current, kind unknown'],
  15: ['Unknown', 'unknown'],
  16: ['Overtemp', 'too hot'],
  17: ['NoComm', 'no communication'],
  18: ['CpInvalid', 'the pilot of the car is invalid'],
  23: ['RdcSelfTestFailed', 'the self-test of the residual current sensor failed'],
};

/** What the lock does with the plug (`cus`). */
export const LOCK = {
  0: ['Unknown', 'unknown'],
  1: ['Unlocked', 'unlocked'],
  2: ['UnlockFailed', 'unlocking failed'],
  3: ['Locked', 'locked'],
  4: ['LockFailed', 'locking failed'],
  5: ['LockUnlockPowerout', 'without power'],
};

/** State of the WiFi station (`wst`). */
export const WIFI = {
  0: ['IDLE_STATUS', 'idle'],
  1: ['NO_SSID_AVAIL', 'network not found'],
  2: ['SCAN_COMPLETED', 'scan completed'],
  3: ['CONNECTED', 'connected'],
  4: ['CONNECT_FAILED', 'connecting failed'],
  5: ['CONNECTION_LOST', 'connection lost'],
  6: ['DISCONNECTED', 'disconnected'],
  8: ['CONNECTING', 'connecting'],
  9: ['DISCONNECTING', 'disconnecting'],
  10: ['NO_SHIELD', 'no radio'],
};

/** What the charger aims at when nobody forces it (`lmo`). */
export const MODE = {
  3: ['Default', 'Default: charges'],
  4: ['Awattar', 'Awattar: low price or surplus'],
  5: ['NextTrip', 'NextTrip: for the next trip'],
};

/** Whether charging is forced (`frc`). */
export const FORCE = {
  0: ['Neutral', 'not forced'],
  1: ['Off', 'forced off'],
  2: ['On', 'forced on'],
};

/** Who may charge (`acs`). */
export const ACCESS = {
  0: ['Open', 'anybody may charge'],
  1: ['Wait', 'who has a card'],
  2: ['EVCMS', 'who is let in by a management system'],
};

/** The words of a value, or its number where the table has none. */
export const inWords = (table, value) => (value == null ? 'unknown' : table[value]?.[1] ?? `value ${value}`);

/** The name that the spec gives it. */
export const nameOf = (table, value) => (value == null ? 'null' : table[value]?.[0] ?? String(value));
