export interface Measurement {
  readonly name: string
  readonly title: string
}

/** Every measurement, in the order of the report. Each is a program of its own in this folder. */
export const MEASUREMENTS: readonly Measurement[] = [
  { name: 'acknowledged-readings', title: 'Readings acknowledged, judged and stored' },
  { name: 'payloads', title: 'Readings a message' },
  { name: 'pipeline', title: 'Into InfluxDB, beside the usual pipeline' },
  { name: 'puback-latency', title: 'From PUBLISH to PUBACK at one offered load' },
  { name: 'alarm-latency', title: 'From PUBLISH to the alarm on a screen' },
  { name: 'notification-latency', title: 'From PUBLISH to the SMS and the webhook' },
  { name: 'dashboard-fan-out', title: 'Many dashboards at once' },
  { name: 'device-count', title: 'The same readings from ten devices and from ten thousand' },
  { name: 'connected-devices', title: 'Ten thousand devices connected' },
  { name: 'backlog', title: 'Devices that come back with an hour of readings' },
  { name: 'store-away', title: 'InfluxDB was away' },
  { name: 'alarm-storm', title: 'Ten thousand alarms at once' },
  { name: 'broker-acknowledge', title: 'The broker by itself' },
  { name: 'influx', title: 'The writer into InfluxDB by itself' },
  { name: 'stored-range', title: 'A day of a point among ten million readings' },
  { name: 'start-up', title: 'Start with ten million readings' },
  { name: 'journal', title: 'The journal by itself' },
  { name: 'rule-evaluations', title: 'Rules by themselves' },
  { name: 'alarm-history', title: 'Lists over a million alarms' },
  { name: 'register', title: 'Lists, search and map over 10,000 hazard sources' },
  { name: 'timeseries-candidates', title: 'Two ways to keep readings without a server' },
]
