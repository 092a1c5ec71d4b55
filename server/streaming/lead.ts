/**
 * How far ahead of the playhead to render. Formulas and constants are those of the June protocol.
 *
 * @module
 */
import { exactExp } from "../../runtime/mod.ts";

const INTERVAL_START_S = 0.07;
const INTERVAL_WEIGHT = 0.1;
const INTERVAL_CAP_S = 0.18;
const INTERVAL_FACTOR = 1.6;
const MARGIN_S = 0.05;

/** Client leads below this raise the transport part. */
const TRANSPORT_TARGET_S = 0.15;
const TRANSPORT_MAX_S = 3;
const TRANSPORT_TAU_S = 20;
/** Client leads above this let the transport part decay. */
const TRANSPORT_RELAXED_S = 0.35;
/** So does a report of this age. */
const TRANSPORT_REPORT_MAX_AGE_S = 10;

/** Settings of the adaptive lead, seconds. */
export interface LeadOptions {
  readonly floorS: number;
  readonly ceilingS: number;
  /** Time constant of the stall part's decay. */
  readonly releaseTauS: number;
  /** Length of one decode window. */
  readonly windowS: number;
  /** Length of the buffer; without it there is no limit. */
  readonly bufferS?: number;
  /** A constant lead in place of the adaptive one. */
  readonly fixedS?: number;
  /** Whether the client's own lead reports count. */
  readonly ignoreReports?: boolean;
  /**
   * Lets `releaseTauS` be shorter than the ceiling. The lead then collapses before the next stall
   * comes, and swings for ever; only scenarios that show this want it.
   */
  readonly allowShortRelease?: boolean;
}

/** The adaptive lead: render pace, stalls of the generator, and what the transport costs. */
export class LeadController {
  readonly #options: LeadOptions;
  readonly #tauS: number;
  #intervalS = INTERVAL_START_S;
  #stallS = 0;
  #transportS = 0;
  #lastSliceS: number | null = null;
  #lastReportS: number | null = null;
  #lastReportAtS = -Infinity;
  #decayedAtS: number;
  #mostS = Infinity;

  /** A controller without history. */
  constructor(options: LeadOptions, nowS: number) {
    this.#options = options;
    this.#decayedAtS = nowS;
    this.#tauS = options.allowShortRelease
      ? options.releaseTauS
      : Math.max(options.releaseTauS, options.ceilingS);
    this.setBuffer(options.bufferS ?? Infinity);
  }

  /**
   * The buffer is another one. On a circle, more than half of it ahead is behind: a lead beyond that
   * would be reported as none, and raised further and further, until every slice comes a lap late.
   */
  setBuffer(bufferS: number): void {
    // Room for a window that is sent without its first part, and for an estimate that is off.
    this.#mostS = Math.max(bufferS / 2 - 2 * this.#options.windowS, bufferS / 4);
  }

  /** The lead to render at, seconds. */
  leadS(nowS: number): number {
    const { floorS, ceilingS, fixedS } = this.#options;
    if (fixedS !== undefined) return fixedS;
    this.#decay(nowS);
    const baseS = this.#intervalS * INTERVAL_FACTOR + MARGIN_S + this.#stallS;
    const aheadS = Math.min(Math.max(baseS, floorS), Math.max(floorS, ceilingS));
    return Math.min(aheadS + this.#transportS, this.#mostS);
  }

  /** A slice was made. */
  onSlice(nowS: number): void {
    if (this.#lastSliceS !== null) {
      const gapS = nowS - this.#lastSliceS;
      this.#intervalS += INTERVAL_WEIGHT * (Math.min(gapS, INTERVAL_CAP_S) - this.#intervalS);
      this.#stallS *= this.#tauS > 0 ? exactExp(-gapS / this.#tauS) : 0;
      const { windowS, ceilingS } = this.#options;
      if (gapS > windowS) {
        const wantedS = Math.min(gapS - windowS + MARGIN_S, ceilingS);
        if (wantedS > this.#stallS) this.#stallS = wantedS;
      }
    }
    this.#lastSliceS = nowS;
  }

  /** No slices were due for a while (idle, swap): the next gap is not a stall. */
  forgetGap(): void {
    this.#lastSliceS = null;
  }

  /** The client's worst lead since its last report; not called while a loop band is armed. */
  onReport(leadS: number, nowS: number): void {
    if (this.#options.ignoreReports) return;
    this.#decay(nowS);
    this.#lastReportS = leadS;
    this.#lastReportAtS = nowS;
    if (leadS < TRANSPORT_TARGET_S) {
      this.#transportS = Math.min(
        TRANSPORT_MAX_S,
        this.#transportS + TRANSPORT_TARGET_S - leadS,
      );
    }
  }

  #decay(nowS: number): void {
    const elapsedS = nowS - this.#decayedAtS;
    this.#decayedAtS = nowS;
    if (this.#transportS === 0 || elapsedS <= 0) return;
    const relaxed = this.#lastReportS !== null && this.#lastReportS > TRANSPORT_RELAXED_S;
    if (relaxed || nowS - this.#lastReportAtS > TRANSPORT_REPORT_MAX_AGE_S) {
      this.#transportS *= exactExp(-elapsedS / TRANSPORT_TAU_S);
    }
  }
}
