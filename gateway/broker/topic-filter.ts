/**
 * Topic names and topic filters by MQTT 3.1.1 section 4.7. aedes takes malformed filters (`a+`,
 * `a#`), and what it matches decides who hears whose commands, so we check and match ourselves.
 * Texts arrive here as well-formed UTF-8 (packet-cursor.ts).
 */

const PLUS = 0x2b
const SLASH = 0x2f
const HASH = 0x23
const DOLLAR = 0x24

/** [MQTT-4.7.3-1], [MQTT-4.7.3-2], [MQTT-3.3.2-2]: not empty, no U+0000, no wildcard. */
export function isTopicName(text: string): boolean {
  return text.length > 0 && !text.includes('\0') && !text.includes('+') && !text.includes('#')
}

/** [MQTT-4.7.1-2]: `#` alone in the last level. [MQTT-4.7.1-3]: `+` alone in its level. */
export function isTopicFilter(text: string): boolean {
  if (text.length === 0 || text.includes('\0')) return false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code !== PLUS && code !== HASH) continue
    const isFirst = at === 0 || text.charCodeAt(at - 1) === SLASH
    const isLast = at === text.length - 1
    if (!isFirst) return false
    if (code === HASH && !isLast) return false
    if (code === PLUS && !isLast && text.charCodeAt(at + 1) !== SLASH) return false
  }
  return true
}

export function countTopicLevels(text: string): number {
  let levels = 1
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) === SLASH) levels += 1
  return levels
}

/** Whether a valid filter matches a valid name; `$…` is not matched by a leading wildcard [MQTT-4.7.2-1]. */
export function matchesTopicFilter(topicFilter: string, topicName: string): boolean {
  const first = topicFilter.charCodeAt(0)
  if (topicName.charCodeAt(0) === DOLLAR && (first === PLUS || first === HASH)) return false
  let inFilter = 0
  let inName = 0
  for (;;) {
    const filterEnd = endOfLevel(topicFilter, inFilter)
    if (topicFilter.charCodeAt(inFilter) === HASH) return true
    const nameEnd = endOfLevel(topicName, inName)
    const matches =
      topicFilter.charCodeAt(inFilter) === PLUS ||
      (filterEnd - inFilter === nameEnd - inName &&
        topicName.startsWith(topicFilter.slice(inFilter, filterEnd), inName))
    if (!matches) return false
    const filterIsOver = filterEnd === topicFilter.length
    const nameIsOver = nameEnd === topicName.length
    // `a/#` matches `a` as well: the `#` stands for the parent and every level below it.
    if (nameIsOver) return filterIsOver || topicFilter.slice(filterEnd) === '/#'
    if (filterIsOver) return false
    inFilter = filterEnd + 1
    inName = nameEnd + 1
  }
}

/** Whether everything that `topicFilter` matches is matched by `scope` too. */
export function coversTopicFilter(scope: string, topicFilter: string): boolean {
  const first = scope.charCodeAt(0)
  if (topicFilter.charCodeAt(0) === DOLLAR && (first === PLUS || first === HASH)) return false
  const scopeLevels = scope.split('/')
  const filterLevels = topicFilter.split('/')
  for (const [index, wanted] of scopeLevels.entries()) {
    if (wanted === '#') return true
    const level = filterLevels[index]
    // `a/#` covers `a`, which has no level here.
    if (level === undefined) return false
    if (level === '#') return false
    if (wanted !== '+' && wanted !== level) return false
    if (index === filterLevels.length - 1) {
      const rest = scopeLevels.slice(index + 1)
      return rest.length === 0 || (rest.length === 1 && rest[0] === '#')
    }
  }
  return false
}

function endOfLevel(text: string, from: number): number {
  const slash = text.indexOf('/', from)
  return slash === -1 ? text.length : slash
}
