
// Examples, with what the reader said of the device in the place of braces.
const originals = new WeakMap();
const yours = [...document.querySelectorAll('.yours input')];
/** An address may be typed with its scheme, which stands for the one of the example then. */
const putIn = (text, name, value) => {
  if (!value) return text;
  const isUrl = /^\w+:\/\//.test(value);
  return text.replace(new RegExp(`${isUrl ? '(?:\\w+://)?' : ''}\\{${name}\\}`, 'g'), () => (isUrl ? value.replace(/\/$/, '') : value));
};
const fill = (pre) => {
  for (const part of pre.querySelectorAll('code, samp')) {
    if (!originals.has(part)) originals.set(part, part.textContent);
    let text = originals.get(part);
    for (const input of yours) {
      text = putIn(text, input.name, input.value.trim());
    }
    if (part.textContent !== text) part.textContent = text;
  }
};
const copy = async (pre, button) => {
  const code = pre.querySelector('code');
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Without a secure context there is the selection.
    getSelection().selectAllChildren(code);
    if (!document.execCommand('copy')) return;
  }
  button.textContent = 'Copied';
  button.addEventListener('blur', () => { button.textContent = 'Copy'; }, { once: true });
};
const prepare = (pre) => {
  fill(pre);
  if (pre.querySelector('button')) return;
  const button = make('button', { type: 'button', textContent: 'Copy' });
  button.addEventListener('click', () => copy(pre, button));
  pre.prepend(button);
};

// Further languages, made of what the page says of a key. JSON is a string of YAML and of
// Python, too; braces in double ones are templates of Home Assistant.
const address = (route) => `http://{host}${route.path}`;
const asking = (key) => address(api.status) + (api.status.query ? `?${api.status.query}=${key}` : '');
const topicOf = (topic, key) => topic.replace('{key}', key);
const isRead = (article) => article.dataset.access !== 'W';

const python = (article, key, value) => {
  const lines = [];
  if (api.status && isRead(article)) {
    lines.push(`with urllib.request.urlopen(${JSON.stringify(asking(key))}) as answer:`,
      `    print(json.load(answer)[${JSON.stringify(key)}])`);
  }
  if (api.set && value !== undefined) {
    lines.push(`query = urllib.parse.urlencode({${JSON.stringify(key)}: ${JSON.stringify(value)}})`,
      `request = urllib.request.Request(${JSON.stringify(`${address(api.set)}?`)} + query, method=${JSON.stringify(api.set.method)})`,
      'try:', '    print(urllib.request.urlopen(request).read().decode())',
      'except urllib.error.HTTPError as refusal:', '    print(refusal.read().decode())');
  }
  return lines.length === 0 ? '' : ['import json, urllib.error, urllib.parse, urllib.request', '', ...lines].join('\n');
};

const homeAssistant = (article, key, value) => {
  const name = JSON.stringify(key);
  const unit = article.dataset.unit;
  const lines = [];
  const sensor = (indent, template) => {
    lines.push(`${indent}- name: ${name}`, `${indent}  value_template: '${template}'`);
    if (unit) lines.push(`${indent}  unit_of_measurement: ${JSON.stringify(unit)}`);
  };
  if (api.status && isRead(article)) {
    lines.push('rest:', `  - resource: ${JSON.stringify(asking(key))}`, '    sensor:');
    sensor('      ', `{{ value_json[${name}] }}`);
  }
  if (api.set && value !== undefined) {
    lines.push('rest_command:', `  set_${key.toLowerCase().replace(/[^a-z0-9]/g, '_')}:`,
      `    url: ${JSON.stringify(`${address(api.set)}?${key}=${encodeURIComponent(value)}`)}`,
      `    method: ${api.set.method.toLowerCase()}`);
  }
  if (api.state && isRead(article)) {
    lines.push('mqtt:', '  sensor:');
    // Without it a text would stand in its quotes.
    sensor('    ', '{{ value_json }}');
    lines.push(`      state_topic: ${JSON.stringify(topicOf(api.state, key))}`);
  }
  return lines.join('\n');
};

/** Of an automation or a script, what it does. */
const automation = (key, value) => (api.want && value !== undefined
  ? ['action: mqtt.publish', 'data:', `  topic: ${JSON.stringify(topicOf(api.want, key))}`, `  payload: ${JSON.stringify(value)}`].join('\n')
  : '');

/** Adds the languages that are made here, once. */
const addLanguages = (article, details) => {
  const calls = details.querySelector('.calls');
  if (!calls || calls.dataset.made) return;
  calls.dataset.made = 'yes';
  const [key] = namesOf(article);
  const value = details.dataset.write;
  const heading = calls.querySelector('h4, h5');
  const languages = {
    Python: [python(article, key, value)],
    'Home Assistant': [homeAssistant(article, key, value), automation(key, value)],
  };
  for (const [title, parts] of Object.entries(languages)) {
    const blocks = parts.filter(Boolean).map((text) => make('pre', {}, make('code', { textContent: text })));
    if (blocks.length > 0) calls.append(make('div', {}, Object.assign(heading.cloneNode(), { textContent: title }), ...blocks));
  }
};

document.addEventListener('toggle', ({ target }) => {
  if (!target.open) return;
  const article = target.closest('article');
  if (article) {
    addLanguages(article, target);
    addTry(article, target);
  }
  target.querySelectorAll('pre').forEach(prepare);
}, true);
for (const input of yours) {
  input.addEventListener('input', () => {
    document.querySelectorAll('details[open] pre').forEach(fill);
  });
}
const all = byId('the-examples');
all.addEventListener('click', () => {
  const open = all.getAttribute('aria-pressed') !== 'true';
  all.setAttribute('aria-pressed', String(open));
  for (const details of list.querySelectorAll('details')) details.open = open;
});
