// Counts prompts independently of the proxy, with npm's gpt-tokenizer, whose vocabulary is its own copy, and compares.
//   node token-counts.mjs provider        a provider whose tokens are not those of any tokenizer; prints its address
//   node token-counts.mjs compare URL     prints the tables; exit code 1 when a count is off by more than LIMIT percent
import { createServer } from 'node:http'
import { deflateSync } from 'node:zlib'

const LIMIT = 7
const LEARNT_LIMIT = 5
const PARROT = 2.7 // characters to a token of the provider's model

// Mulberry32, a small generator without patterns in its low bits.
let seed = 20261128
const random = n => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), seed | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) % n
}
const pick = list => list[random(list.length)]
const many = (n, make, between = ' ') => Array.from({ length: n }, (_, i) => make(i)).join(between)

// ---- Material: small stocks of words, put together at random but the same in every run ------------------------------

const EN = ('the a this every our server client request answer file line error test value message stream table window key'
  + ' reads writes returns sends keeps drops finds waits fails starts ends carefully quickly never always because when'
  + ' before after without under between large small empty hidden green broken translated provider conversation budget'
  + ' engineer yesterday however therefore approximately documentation configuration asynchronous throughput').split(' ')
const IDS = ('user order index buffer token cache parser node result config handler session payload offset retry limit'
  + ' channel writer reader header status total count items first last next').split(' ')
const ZH = '请 阅读 这个 文件 并 修复 其中 的 错误 然后 运行 测试 确认 结果 服务器 返回 消息 用户 数据 接口 性能 很 好 但是 因为 所以 我们 需要 更多 时间'.split(' ')
const JA = 'この ファイル を 読んで エラー を 修正 して ください テスト が 通る こと を 確認 します サーバー は 応答 を 返し ました しかし 時間 が かかる'.split(' ')
const KO = '이 파일을 읽고 오류를 수정한 다음 테스트를 실행하세요 서버가 응답을 보내지 않습니다 그래서 다시 시도합니다'.split(' ')
const RU = 'прочитай этот файл исправь ошибку и запусти тесты сервер отвечает медленно потому что очередь слишком длинная проверь журнал'.split(' ')
const AR = 'اقرأ هذا الملف وأصلح الخطأ ثم شغل الاختبارات الخادم لا يرد لأن الطابور طويل جدا'.split(' ')
const EMOJI = '🎉 ✅ 🚀 😀 👩‍👩‍👧 ❌ 🔥 → ≤ ≠ ∑ √ © € 🇨🇦 👍🏽'.split(' ')

const sentence = () => { const s = many(6 + random(12), () => pick(EN)); return s[0].toUpperCase() + s.slice(1) + pick(['.', '.', '?', ';']) }
const prose = n => many(n, sentence)
const camel = () => pick(IDS) + many(random(3), () => { const w = pick(IDS); return w[0].toUpperCase() + w.slice(1) }, '')
const java = n => many(n, () => `    private ${pick(['int', 'String', 'List<String>', 'boolean'])} ${camel()}(${pick(['int', 'String'])} ${camel()}) {\n        if (${camel()} == null || ${camel()}.size() > ${random(500)}) {\n            throw new IllegalStateException("${prose(1)}");\n        }\n        return ${camel()}.get(${camel()}).${camel()}();\n    }\n`, '\n')
const json = n => JSON.stringify(Array.from({ length: n }, (_, i) => ({ id: i, path: `src/main/${pick(IDS)}/${camel()}.java`, size: random(99999), ok: random(2) === 1, note: prose(1), at: `2026-11-${10 + random(19)}T${10 + random(13)}:${10 + random(49)}:00Z` })))
const words = (list, n, between) => many(n, () => pick(list), between)
const hex = n => many(n, () => random(16).toString(16), '')
const log = n => many(n, i => `2026-11-28T21:${10 + random(49)}:${10 + random(49)}.${100 + random(899)}Z ${pick(['INFO', 'WARN', 'ERROR'])} [worker-${random(9)}] ${camel()} ${hex(8)}-${hex(4)}-${hex(4)}-${hex(12)} took ${random(9000)} ms`, '\n')
const yaml = n => many(n, () => `${camel()}:\n${many(4, d => `${'  '.repeat(d + 1)}${camel()}: ${pick(EN)}`, '\n')}`, '\n')
const table = n => '| name | value | note |\n|---|---|---|\n' + many(n, () => `| \`${camel()}\` | ${random(1000)} | ${pick(EN)} ${pick(EN)} |`, '\n')
const minified = n => many(n, () => `function ${pick('abcdefg'.split(''))}(${pick('xyz'.split(''))}){return ${camel()}[${random(99)}]?${camel()}():!1}`, ';')

const user = content => ({ role: 'user', content })
const said = content => ({ role: 'assistant', content })
const ask = (messages, more = {}) => ({ model: 'claude-sonnet-4-5', max_tokens: 100, messages, ...more })

const tools = n => Array.from({ length: n }, (_, i) => ({
  name: `${camel()}_${i}`,
  description: prose(3 + random(5)),
  input_schema: {
    type: 'object',
    properties: {
      path: { type: 'string', description: prose(1) },
      limit: { type: 'integer', description: prose(1) },
      mode: { type: 'string', description: prose(1), enum: ['read', 'write', 'append'] },
      edits: { type: 'array', items: { type: 'object', properties: { from: { type: 'string', description: prose(1) }, to: { type: 'string' } }, required: ['from'] } },
    },
    required: ['path'],
  },
}))

const turns = n => Array.from({ length: n }, (_, i) => [
  user(prose(2)),
  said([{ type: 'text', text: prose(1) }, { type: 'tool_use', id: `toolu_${i}`, name: 'Read', input: { file_path: `/repo/src/${camel()}.java`, limit: 100 + i } }]),
  user([{ type: 'tool_result', tool_use_id: `toolu_${i}`, content: java(6) }]),
]).flat()

const crcTable = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0 })
const crc = b => { let c = 0xffffffff; for (const x of b) c = crcTable[(c ^ x) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0 }
const png = (width, height) => {
  const part = (type, data) => { const b = Buffer.concat([Buffer.from(type), data]); const l = Buffer.alloc(4); l.writeUInt32BE(data.length); const c = Buffer.alloc(4); c.writeUInt32BE(crc(b)); return Buffer.concat([l, b, c]) }
  const head = Buffer.alloc(13); head.writeUInt32BE(width, 0); head.writeUInt32BE(height, 4); head[8] = 8
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), part('IHDR', head), part('IDAT', deflateSync(Buffer.alloc((width + 1) * height))), part('IEND', Buffer.alloc(0))]).toString('base64')
}
const image = (width, height) => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png(width, height) }, size: [width, height] })

const CONVERSATIONS = {
  'a question': ask([user('Why does the second test fail?')]),
  'English prose': ask([user(prose(260))]),
  'Java code': ask([user(java(90))]),
  'JSON results': ask([user('List the files.'), said([{ type: 'tool_use', id: 't1', name: 'Glob', input: { pattern: '**/*.java' } }]), user([{ type: 'tool_result', tool_use_id: 't1', content: json(220) }])]),
  'Chinese': ask([user(words(ZH, 4000, ''))]),
  'Japanese and Korean': ask([user(words(JA, 2000, '')), said(words(KO, 1500))]),
  'Russian and Arabic': ask([user(words(RU, 2000)), said(words(AR, 1500))]),
  'signs and emoji': ask([user(many(1500, () => `${pick(EMOJI)} ${pick(EN)}`))]),
  '20 tools and a system prompt': ask([user('Begin.')], { system: prose(120), tools: tools(20) }),
  'ten turns with tools': ask(turns(10), { tools: tools(5) }),
  'three calls in each turn': ask(Array.from({ length: 8 }, (_, i) => [
    user(prose(1)),
    said([1, 2, 3].map(n => ({ type: 'tool_use', id: `p${i}_${n}`, name: 'Grep', input: { pattern: camel(), n } }))),
    user([1, 2, 3].map(n => ({ type: 'tool_result', tool_use_id: `p${i}_${n}`, content: log(4) }))),
  ]).flat()),
  'two images': ask([user([image(800, 600), image(1568, 1568), { type: 'text', text: 'Compare these.' }])]),
  'logs, hex, minified code': ask([user(log(150)), said(minified(200)), user(hex(4000))]),
  'YAML and tables': ask([user(yaml(200)), said(table(300))]),
  '200 KB of everything': ask([user(prose(500)), said(java(150)), ...turns(30), user(json(200)), said(words(ZH, 2000, '')), user(log(150))], { system: prose(60), tools: tools(12) }),
}

// ---- The reference ---------------------------------------------------------------------------------------------------

// OpenAI's published formula of tools, as its cookbook has it for gpt-4o; it says nothing of nested objects, in which the
// same is counted here.
const bare = text => (text ?? '').replace(/\.$/, '')
const ofTools = (tools, count) => tools.length ? 12 + tools.reduce((sum, tool) => sum + ofTool(tool, count), 0) : 0
const ofTool = (tool, count) => 7 + count(`${tool.name}:${bare(tool.description)}`) + ofProperties(tool.input_schema, count)
const ofProperties = (schema, count) => {
  const properties = Object.entries(schema.properties ?? {})
  return (properties.length ? 3 : 0) + properties.reduce((sum, [name, value]) => sum + 3
    + (value.enum ? -3 + value.enum.reduce((all, one) => all + 3 + count(one), 0) : 0)
    + count(`${name}:${value.type}:${bare(value.description)}`)
    + ofProperties(value.items ?? value, count), 0)
}

// gpt-4o: 85 and 170 for each tile of 512 pixels, after scaling into 2048 and down to a shorter side of 768.
const ofImage = ([width, height]) => {
  const fit = Math.min(1, 2048 / Math.max(width, height))
  const scale = fit * Math.min(1, 768 / (Math.min(width, height) * fit))
  return 85 + 170 * Math.ceil(width * scale / 512) * Math.ceil(height * scale / 512)
}

const reference = (request, count) => {
  const of = block => typeof block === 'string' ? count(block)
    : block.type === 'text' ? count(block.text)
    : block.type === 'image' ? ofImage(block.size)
    : block.type === 'tool_use' ? count(block.name) + count(JSON.stringify(block.input)) + 8
    : 8 + [].concat(block.content).reduce((sum, inner) => sum + of(inner), 0)
  const messages = request.messages.concat(request.system ? [{ role: 'system', content: request.system }] : [])
  return 3
    + messages.reduce((sum, m) => sum + 3 + count(m.role) + [].concat(m.content).reduce((all, block) => all + of(block), 0), 0)
    + ofTools(request.tools ?? [], count)
}

// ---- The two parts ---------------------------------------------------------------------------------------------------

const parrotTokens = body => Math.round(JSON.stringify(JSON.parse(body).messages).length / PARROT)

const provider = () => {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', some => { body += some })
    request.on('end', () => {
      response.setHeader('content-type', 'text/event-stream')
      response.write('data: ' + JSON.stringify({ choices: [{ index: 0, delta: { content: 'ok' }, finish_reason: 'stop' }] }) + '\n\n')
      response.end('data: ' + JSON.stringify({ choices: [], usage: { prompt_tokens: parrotTokens(body), completion_tokens: 1 } }) + '\n\ndata: [DONE]\n\n')
    })
  })
  server.listen(0, '127.0.0.1', () => console.log('listening http://127.0.0.1:' + server.address().port))
}

const post = async (url, body) => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body, (key, value) => key === 'size' && Array.isArray(value) ? undefined : value) })
  if (!response.ok) throw new Error(response.status + ' ' + await response.text())
  return response
}

const percent = (ours, theirs) => 100 * (ours - theirs) / theirs
const row = (name, bytes, theirs, ours, error) => console.log([name.padEnd(30), String(bytes).padStart(8), String(theirs).padStart(9), String(ours).padStart(9), error.padStart(8)].join(' '))

const compare = async base => {
  const { encode } = await import('gpt-tokenizer/encoding/o200k_base')
  const count = text => encode(text, { disallowedSpecial: new Set() }).length
  const failed = []
  row('conversation', 'bytes', 'reference', 'proxy', 'error')
  for (const [name, request] of Object.entries(CONVERSATIONS)) {
    const theirs = reference(request, count)
    const ours = (await (await post(base + '/v1/messages/count_tokens', request)).json()).input_tokens
    const error = percent(ours, theirs)
    if (Math.abs(error) > LIMIT) failed.push(name)
    row(name, Buffer.byteLength(JSON.stringify(request)), theirs, ours, error.toFixed(1) + '%')
  }
  console.log('\nmessage_start of a model whose tokens are ' + PARROT + ' characters, as a conversation grows:')
  row('turn', 'bytes', 'upstream', 'proxy', 'error')
  const messages = []
  for (let turn = 1; turn <= 30; turn++) {
    messages.push(user(prose(20)), said(java(3)), user(log(5)))
    const text = await (await post(base + '/v1/messages', { ...ask(messages), model: 'parrot-1', stream: true })).text()
    const numbers = [...text.matchAll(/"input_tokens":(\d+)/g)].map(match => Number(match[1]))
    const error = percent(numbers[0], numbers.at(-1))
    if (turn <= 3 || turn % 5 === 0) row(String(turn), Buffer.byteLength(JSON.stringify(messages)), numbers.at(-1), numbers[0], error.toFixed(1) + '%')
    if (turn >= 10 && Math.abs(error) > LEARNT_LIMIT) failed.push('turn ' + turn)
  }
  console.log(failed.length ? '\noff by more than the limit: ' + failed.join(', ') : '\nall within their limits')
  process.exitCode = failed.length ? 1 : 0
}

process.argv[2] === 'provider' ? provider() : await compare(process.argv[3])
