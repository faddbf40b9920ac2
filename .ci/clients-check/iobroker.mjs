// The ioBroker adapter as it is published, in ioBroker's own mocks of its database and adapter base: what it
// makes of the second API, and what it sets by it.
//
// usage: iobroker.mjs HTTP, with CLIENTS_CHECK_MODULES naming the folder that holds node_modules
//
// It needs the first API as well, `/status` and `/mqtt`, which this charger does not have: there it says so, once,
// and takes the charger for absent. Nothing is expected of that half but the words.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const [http] = process.argv.slice(2);
const folder = process.env.CLIENTS_CHECK_MODULES;
if (!folder) throw new Error('CLIENTS_CHECK_MODULES names the folder that holds node_modules');
const require = createRequire(path.join(path.resolve(folder), 'package.json'));
const began = Date.now();

async function get(where) {
    const answer = await fetch(`http://${http}${where}`);
    return answer.json();
}
const status = (...keys) => get(`/api/status?filter=${keys.join(',')}`);
async function set(key, value) {
    assert.deepEqual(await get(`/api/set?${key}=${encodeURIComponent(JSON.stringify(value))}`), { [key]: true });
}
async function until(what, condition, ...keys) {
    for (const end = Date.now() + 60_000; ; await wait(50)) {
        const found = await status(...keys);
        if (condition(found)) return found;
        assert(Date.now() < end, `${what} did not come in 60 s: ${JSON.stringify(found)}`);
    }
}

// The adapter's base is the mock; all else is the adapter's own code.
const { database } = require('@iobroker/testing').utils.unit.createMocks();
const { mockAdapterCore } = require('@iobroker/testing/build/tests/unit/mocks/mockAdapterCore.js');
const core = require.resolve('@iobroker/adapter-core', { paths: [path.dirname(require.resolve('iobroker.go-e-charger'))] });
require.cache[core] = { id: core, filename: core, loaded: true, exports: mockAdapterCore(database, {}) };
const adapter = require('iobroker.go-e-charger')({
    config: { cycleTime: 10_000, maxChargeCurrent: 32, wallBoxList: [{ ipAddress: http, chargerName: 'Garage', readOnlyMode: false, minAmp: 0, maxAmp: 0 }] },
});

const state = name => database.getState(`${adapter.namespace}.Wallbox_0.${name}`)?.val;
const is = (name, value) => assert.strictEqual(state(name), value, name);
const common = name => database.getObject(`${adapter.namespace}.Wallbox_0.${name}`).common;
const said = level => adapter.log[level].args.map(([text]) => String(text));

const kept = ['psm', 'ama', 'mca', 'amp', 'frc', 'trx', 'acs'];
const before = await status(...kept);
try {
    await set('acs', 0);
    await set('trx', null);
    await set('frc', 0);
    await set('psm', 2);
    await set('ama', 20);
    await set('mca', 7);

    // It starts as ioBroker starts it, and reads the charger once.
    await adapter.readyHandler();
    const found = await status('typ', 'cbl', 'sse');
    assert.equal(typeof found.typ, 'string');
    is('info.hardwareVersion', found.typ);
    is('Power.EnabledPhases', 3);
    is('info.hardwareMaxChargeCurrent', Math.min(20, found.cbl ?? 20));
    is('info.hardwareMinChargeCurrent', 7);
    is('info.unlockedByRFIDNo', 0);
    assert.equal(adapter.wallboxInfoList[0].HardwareMin3, true, 'the second API is there');
    assert.deepEqual(
        [adapter.wallboxInfoList[0].MinAmp, adapter.wallboxInfoList[0].MaxAmp],
        [7, Math.min(20, found.cbl ?? 20)],
        'limits of the wallbox',
    );
    // What its user may choose from.
    const slider = common('Settings.ChargeCurrent');
    assert.deepEqual([slider.min, slider.max, slider.unit], [7, Math.min(20, found.cbl ?? 20), 'A']);
    assert.deepEqual(common('Power.EnabledPhases').type, 'number');
    const errors = said('error').filter(text => !/API: AxiosError: Request failed with status code 404|verify IP address|No charger reachable/.test(text));
    assert.deepEqual(errors, [], 'errors other than that of the first API');
    assert.deepEqual(said('warn').filter(text => /API V2/.test(text)), [], 'warnings of the second API');

    // Its phase switch, there and back, and what it reads then.
    await adapter.Switch_3Phases(false, 0);
    assert.deepEqual(await status('psm'), { psm: 1 });
    await adapter.Read_ChargerAPIV2(0);
    is('Power.EnabledPhases', 1);
    const one = await until('a car on one phase', ({ car, pnp }) => car === 2 && pnp === 1, 'car', 'pnp', 'nrg');
    assert.deepEqual(one.nrg.slice(5, 7), [0, 0]);
    await adapter.Switch_3Phases(true, 0);
    assert.deepEqual(await status('psm'), { psm: 2 });
    await adapter.Read_ChargerAPIV2(0);
    is('Power.EnabledPhases', 3);
    await until('a car on three phases', ({ car, pnp }) => car === 2 && pnp === 3, 'car', 'pnp');
    await set('psm', 0);
    await adapter.Read_ChargerAPIV2(0);
    is('Power.EnabledPhases', 0);

    // Who charges: nobody in particular, without a card, and with each card.
    for (const trx of [0, 1, 10, null]) {
        await set('trx', trx);
        await adapter.Read_ChargerAPIV2(0);
        is('info.unlockedByRFIDNo', trx ?? 0);
    }

    // Limits that its users change.
    await set('ama', 8);
    await adapter.Read_ChargerAPIV2(0);
    is('info.hardwareMaxChargeCurrent', 8);
    is('info.hardwareMinChargeCurrent', 7);

    // A charger that is only to be watched is not told anything.
    adapter.config.wallBoxList[0].readOnlyMode = true;
    await adapter.Switch_3Phases(false, 0);
    assert.deepEqual(await status('psm'), { psm: 0 });
    adapter.config.wallBoxList[0].readOnlyMode = false;

    // Every state it made has the type that its object promises.
    const states = Object.entries(database.getStates(`${adapter.namespace}.*`));
    for (const [id, { val }] of states) {
        if (val === null) continue;
        assert.strictEqual(typeof val, database.getObject(id)?.common.type ?? typeof val, id);
        assert(!Number.isNaN(val), `${id} is no number`);
    }
    await new Promise(done => adapter.unloadHandler(done));
    console.log(`  ioBroker: ${states.length} states as they should be, in ${Math.round((Date.now() - began) / 1000)} s`);
} finally {
    for (const [key, value] of Object.entries(before)) await set(key, value);
}
