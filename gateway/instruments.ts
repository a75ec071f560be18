import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/**
 * The process's observation of itself, in Prometheus' text format. Parts count for themselves and
 * are asked when somebody looks: an instrument costs nothing on the way of a reading.
 */
export class Instruments {
  readonly #registry = new Registry()

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: 'vigil_' })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  async metrics(): Promise<string> {
    return await this.#registry.metrics()
  }

  /** A value that goes up and down. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `vigil_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read())
      },
    })
  }

  /** A total since the start. `name` ends in `_total`. */
  counter(name: string, help: string, read: () => number): void {
    new Counter({
      name: `vigil_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  }

  /** Totals since the start, one for each value of a label from a closed set. */
  counters(
    name: string,
    options: {
      readonly help: string
      readonly label: string
      readonly read: () => Readonly<Record<string, number>>
    },
  ): void {
    const { help, label, read } = options
    new Counter({
      name: `vigil_${name}`,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const [value, count] of Object.entries(read())) this.inc({ [label]: value }, count)
      },
    })
  }
}
