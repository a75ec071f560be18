import type { LocalizedText } from '#alerting/rules/alarm-rule.ts'
import type { HealthReason } from './contract.ts'

/** `{name}` is filled from the parameters of the reason. */
export const HEALTH_WORDS = {
  journal_writes: {
    zh: '每条读数先写入磁盘，再向设备确认。',
    en: 'Readings are written to disk before they are acknowledged.',
  },
  journal_filling: {
    zh: '数据日志已用 {percent}%（{mebibytes} / {mebibytesMax} MiB），到上限后将拒收读数。',
    en: 'The journal is filled to {percent} % ({mebibytes} of {mebibytesMax} MiB); at the bound readings are refused.',
  },
  journal_filled: {
    zh: '数据日志已用 {percent}%（{mebibytes} / {mebibytesMax} MiB）。',
    en: 'The journal is filled to {percent} % ({mebibytes} of {mebibytesMax} MiB).',
  },
  journal_full: {
    zh: '数据日志没有空间可写：磁盘快满了，或已到设定的上限。',
    en: 'The journal has no room: the disk is nearly full, or the bound that is set is reached.',
  },
  journal_refused: {
    zh: '磁盘拒绝写入数据日志。',
    en: 'The disk refuses what the journal writes.',
  },
  journal_waiting: {
    zh: '有 {readings} 条读数在等待；写得进去之前，设备得不到确认。',
    en: '{readings} readings wait; devices get no acknowledgement until they are written.',
  },
  journal_damaged_file: {
    zh: '数据日志文件损坏，读得出的都已保留。',
    en: 'The file of the journal was damaged; what could be read was kept.',
  },
  journal_damaged_batch: {
    zh: '数据日志中有读数损坏，读不出来。',
    en: 'Readings in the journal were damaged and cannot be read.',
  },
  journal_missing_batches: {
    zh: '数据日志中缺少读数。',
    en: 'Readings are missing from the journal.',
  },
  journal_unfinished_write: {
    zh: '数据日志末尾有一次没写完的写入。',
    en: 'The journal ends with a write that was cut off.',
  },
  database_stores: {
    zh: '报警和设置正常保存。',
    en: 'Alarms and settings are stored.',
  },
  database_full: {
    zh: '数据库所在的磁盘已满：请腾出空间。',
    en: 'The disk of the database is full: free room on it.',
  },
  database_refused: {
    zh: '磁盘拒绝写入数据库：请检查磁盘。',
    en: 'The disk refuses what the database writes: check the disk.',
  },
  database_damaged: {
    zh: '数据库文件损坏：请停机，保留一份数据目录，再恢复最近的备份。',
    en: 'The file of the database is damaged: stop, keep a copy of the data folder, and restore the last backup.',
  },
  store_takes: { zh: '读数正常存入历史。', en: 'Readings are kept for history.' },
  store_backlog: {
    zh: '有 {readings} 条读数（约 {mebibytes} MiB）等待存入历史，最早的已等 {seconds} 秒；不会丢失。',
    en: '{readings} readings (about {mebibytes} MiB) wait to be stored, the oldest for {seconds} s; none is lost.',
  },
  store_timeout: {
    zh: '历史数据库没有及时应答。',
    en: 'The time-series server does not answer in time.',
  },
  store_unreachable: {
    zh: '连不上历史数据库：请检查它是否在运行、地址和网络是否正确。',
    en: 'The time-series server cannot be reached: check that it runs, its address and the network.',
  },
  store_overloaded: {
    zh: '历史数据库太忙，暂时不接收。',
    en: 'The time-series server is too busy and takes nothing for now.',
  },
  store_held: {
    zh: '历史数据库要求过一会儿再写。',
    en: 'The time-series server asked not to be written to for a while.',
  },
  store_server: {
    zh: '历史数据库内部出错。',
    en: 'The time-series server fails.',
  },
  store_auth: {
    zh: '历史数据库不接受我们的用户名、密码或令牌：请检查 VIGIL_TIMESERIES_URL。',
    en: 'The time-series server does not take our user, password or token: check VIGIL_TIMESERIES_URL.',
  },
  store_not_found: {
    zh: '历史数据库里没有我们要写的数据库、存储桶或组织。',
    en: 'The time-series server does not know the database, bucket or organization we write to.',
  },
  store_schema: {
    zh: '历史数据库里已有同名的数据，字段类型不同。',
    en: 'The time-series server holds data of the same name with fields of other types.',
  },
  store_client: {
    zh: '历史数据库拒绝了写入。',
    en: 'The time-series server refuses what is written.',
  },
  store_disk_full: {
    zh: '历史数据所在的磁盘已满：请腾出空间。',
    en: 'The disk of the history is full: free room on it.',
  },
  store_read_only: {
    zh: '历史数据文件是只读的：请检查权限。',
    en: 'The file of the history is read-only: check its rights.',
  },
  store_in_use: {
    zh: '历史数据文件正被另一个程序占用。',
    en: 'The file of the history is in use by another program.',
  },
  store_file_damaged: {
    zh: '历史数据文件损坏：请恢复备份。',
    en: 'The file of the history is damaged: restore a backup.',
  },
  store_disk_refuses: {
    zh: '磁盘拒绝写入历史数据：请检查磁盘。',
    en: 'The disk refuses what is written for history: check the disk.',
  },
  store_thread_ended: {
    zh: '存历史数据的线程意外结束，正在重新启动。',
    en: 'The thread that stores the history ended; it is started again.',
  },
  store_memory_lost: {
    zh: '还没写到磁盘的读数要从数据日志重新取一遍。',
    en: 'What was not on disk yet is taken from the journal once more.',
  },
  store_refused: { zh: '读数存不进历史。', en: 'The store refuses the readings.' },
  devices_connected: {
    zh: '有 {devices} 台设备通过 MQTT 连接。',
    en: '{devices} devices are connected over MQTT.',
  },
  clock_even: { zh: '时钟走时均匀。', en: 'The clock runs evenly.' },
  clock_set_back: {
    zh: '机器的时钟被拨回了 {seconds} 秒；下次启动前，时间从拨回前继续。',
    en: "The machine's clock was set back by {seconds} s; times go on from before until the next start.",
  },
  written_again: { zh: '又可以写入了。', en: 'It is written again.' },
  /** What a disk or a server said: words of others, in whatever language they are. */
  said: { zh: '原话：“{words}”', en: 'In its own words: “{words}”' },
} as const satisfies Readonly<Record<string, LocalizedText>>
export type HealthReasonCode = keyof typeof HEALTH_WORDS

export function healthReason(
  code: HealthReasonCode,
  parameters: HealthReason['parameters'] = {},
): HealthReason {
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? '–'))
  const { zh, en } = HEALTH_WORDS[code]
  return { code, parameters, message: { zh: fill(zh), en: fill(en) } }
}

/** `store_timeout` and the like; `store_refused` where the store gives a reason that is not known here. */
export function storeReasonCode(kind: string): HealthReasonCode {
  const code = `store_${kind}`
  return isCode(code) ? code : 'store_refused'
}

/** Kept with an alarm, whose readers have either language. */
export function inBothLanguages(reasons: readonly HealthReason[]): string {
  const zh = reasons.map(({ message }) => message.zh).join('')
  const en = reasons.map(({ message }) => message.en).join(' ')
  return `${zh} / ${en}`
}

function isCode(code: string): code is HealthReasonCode {
  return Object.hasOwn(HEALTH_WORDS, code)
}
