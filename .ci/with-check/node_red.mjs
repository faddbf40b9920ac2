// docs/with-node-red.md and its flow, with Node-RED itself, which this starts.
//
// usage: node_red.mjs PACKAGES FOLDER
//
// The folder is to be its own; the packages have it in node_modules.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const [packages, folder] = process.argv.slice(2)
const WebSocket = createRequire(`${packages}/node_modules/@node-red/editor-api/package.json`)('ws')
const PATIENCE_MS = 30_000
const base = 'http://127.0.0.1:1880'
const page = 'docs/with-node-red.md'

function fail(what) {
    throw new Error(`FAILED: ${what}`)
}

function within(what, promise) {
    let timer
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`FAILED: ${what} did not come in ${PATIENCE_MS} ms`)), PATIENCE_MS)
    })
    return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

async function charger(key) {
    const answer = await fetch(`http://127.0.0.1:8080/api/status?filter=${key}`)
    return (await answer.json())[key]
}

// It says so when its flows run.
async function start() {
    writeFileSync(`${folder}/settings.js`, 'module.exports = { uiHost: "127.0.0.1", telemetry: { enabled: false } }\n')
    const program = spawn(process.execPath, [`${packages}/node_modules/node-red/red.js`, '--userDir', folder])
    let said = ''
    program.stderr.on('data', (text) => { said += text })
    const started = new Promise((resolve, reject) => {
        program.stdout.on('data', (text) => {
            said += text
            if (said.includes('Started flows')) resolve()
        })
        program.once('exit', () => reject(new Error('FAILED: Node-RED ended')))
    })
    return { program, started, said: () => said }
}

// What its debug sidebar shows: `shown` has a value of a node by the node's name, once it is right.
async function sidebar() {
    const socket = new WebSocket(`${base.replace('http', 'ws')}/comms`)
    await within('its socket', once(socket, 'open'))
    socket.send(JSON.stringify({ subscribe: 'debug' }))
    const waiting = new Set()
    const seen = []
    socket.on('message', (text) => {
        for (const { topic, data } of [JSON.parse(text)].flat()) {
            if (topic !== 'debug') continue
            const value = data.format === 'number' || data.format === 'Object' ? JSON.parse(data.msg) : data.msg
            seen.push(`${data.name}: ${data.msg}`)
            for (const waiter of waiting) waiter(data.name, value)
        }
    })
    const shown = (name, isRight) => {
        const found = new Promise((resolve) => {
            waiting.add(function waiter(who, value) {
                if (who !== name || !isRight(value)) return
                waiting.delete(waiter)
                resolve(value)
            })
        })
        return within(`a right value of ${name} (there were ${seen.slice(-5).join(', ') || 'none'})`, found)
    }
    return { shown, close: () => socket.close() }
}

async function press(button) {
    const answer = await fetch(`${base}/inject/${button.id}`, { method: 'POST' })
    if (!answer.ok) fail(`the button ${button.name} is answered with ${answer.status}`)
}

async function check() {
    const flows = JSON.parse(readFileSync('docs/with-node-red.json'))
    const names = [...readFileSync(page, 'utf8').matchAll(/\*(\d+ A|ask by HTTP)\*/g)].map(([, name]) => name)
    const buttons = names.map((name) => flows.find((node) => node.type === 'inject' && node.name === name)
        ?? fail(`${page} tells of a button ${name}, which the flow lacks`))
    if (buttons.length !== 3) fail(`${page} tells of ${names}, and not of three buttons`)

    const { shown, close } = await sidebar()
    const power = shown('power', (watts) => typeof watts === 'number' && watts > 1000)
    const headers = { 'Content-Type': 'application/json', 'Node-RED-Deployment-Type': 'full' }
    const deployed = await fetch(`${base}/flows`, { method: 'POST', headers, body: JSON.stringify(flows) })
    if (!deployed.ok) fail(`the flow is answered with ${deployed.status}: ${await deployed.text()}`)
    console.log(`  power: ${await power} W`)

    for (const button of buttons.slice(0, 2)) {
        const answer = shown('answer', (text) => text === 'success')
        await press(button)
        await answer
        const amperes = await charger('amp')
        if (`${amperes} A` !== button.name) fail(`after ${button.name} amp is ${amperes}`)
        console.log(`  ${button.name}: success`)
    }
    const status = shown('status', (value) => value.car === 2 && value.amp === 16)
    await press(buttons[2])
    console.log(`  by HTTP: ${JSON.stringify(await status)}`)

    // What the page lets happen to the charger is seen.
    const [first, second] = readFileSync(page, 'utf8').match(/^```sh\n(.*?)^```$/ms)[1].trim().split('\n')
    for (const [line, isRight] of [[first, (watts) => watts === 0], [second, (watts) => watts > 1000]]) {
        const next = shown('power', isRight)
        execFileSync('bash', ['-euc', line], { stdio: 'pipe' })
        console.log(`  ${line}: ${await next} W`)
    }
    close()
}

const { program, started, said } = await start()
try {
    await within('Node-RED', started)
    await check()
} catch (error) {
    console.log(said())
    console.log(error.message)
    process.exitCode = 1
} finally {
    program.kill()
    if (program.exitCode === null) await within('its end', once(program, 'exit'))
}
