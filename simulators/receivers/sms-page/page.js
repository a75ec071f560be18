/** The page of the SMS sink: fills the list, then follows the stream. Text is only ever set as text. */

const TEXTS = {
  zh: {
    title: '短信',
    subtitle: '模拟短信网关：这里显示值班人员手机会收到的短信',
    empty: '还没有短信。报警后几秒内会出现在这里。',
    lost: '与短信网关的连接已断开，正在重连……',
    to: '发送至',
    other: 'English',
  },
  en: {
    title: 'Messages',
    subtitle: 'A simulated SMS gateway: what the phones of those on duty would show',
    empty: 'No message yet. One appears here within seconds of an alarm.',
    lost: 'The connection to the SMS gateway is lost, trying again …',
    to: 'to',
    other: '中文',
  },
}
const SHOWN_MAX = 500

const element = (id) => document.getElementById(id)
const list = element('messages')
let language = localStorage.getItem('language') === 'en' ? 'en' : 'zh'
let newestId = 0

function showTexts() {
  const texts = TEXTS[language]
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  document.title = texts.title
  element('title').textContent = texts.title
  element('subtitle').textContent = texts.subtitle
  element('empty').textContent = texts.empty
  element('link').textContent = texts.lost
  element('language').textContent = texts.other
  for (const about of list.querySelectorAll('.about')) showAbout(about)
}

function showAbout(about) {
  const time = new Date(about.dataset.receivedAt).toLocaleTimeString(
    language === 'zh' ? 'zh-CN' : 'en-GB',
  )
  about.textContent = `${time} · ${TEXTS[language].to} ${about.dataset.phone}`
}

function show(message, isNew) {
  if (message.id <= newestId) return
  newestId = message.id
  const item = document.createElement('li')
  if (isNew) item.className = 'new'
  const about = document.createElement('p')
  about.className = 'about'
  about.dataset.receivedAt = message.receivedAt
  about.dataset.phone = message.phone
  showAbout(about)
  const text = document.createElement('p')
  text.className = 'text'
  text.textContent = message.text
  item.append(about, text)
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80
  list.append(item)
  if (list.childElementCount > SHOWN_MAX) list.firstElementChild.remove()
  element('empty').hidden = true
  if (isAtEnd || !isNew) list.scrollTop = list.scrollHeight
}

async function catchUp(isNew) {
  const answer = await fetch('/messages')
  const { items } = await answer.json()
  // A sink that was started again counts from 1.
  if ((items.at(-1)?.id ?? 0) < newestId) {
    list.replaceChildren()
    newestId = 0
    element('empty').hidden = items.length > 0
  }
  for (const message of items) show(message, isNew)
}

function follow() {
  let wasOpen = false
  const events = new EventSource('/events')
  events.addEventListener('open', () => {
    element('link').hidden = true
    // When it fails the stream breaks too, and its next `open` comes here again.
    catchUp(wasOpen).catch(() => {
      element('link').hidden = false
    })
    wasOpen = true
  })
  events.addEventListener('message', (event) => show(JSON.parse(event.data), true))
  events.addEventListener('error', () => {
    element('link').hidden = false
  })
}

element('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh'
  localStorage.setItem('language', language)
  showTexts()
})
showTexts()
follow()
