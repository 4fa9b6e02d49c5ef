import type { History } from '../../cluster/history.ts';
import type { Severity } from '../finding.ts';
import type { Scene } from './scene.ts';

/** What one evaluation of a rule's expression gives for one combination of labels: Prometheus' instant vector. */
export type AlertSample = {
	/** As Prometheus would have them, without `__name__`; `instance` is the member's key. */
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
};

/** One alert of the etcd-mixin: fires once its expression has given a sample of the same labels for `forSeconds`. */
export type AlertRule = {
	/** The mixin's name: `etcdHighFsyncDurations`. Two rules may share one and differ in severity. */
	readonly name: string;
	readonly severity: Exclude<Severity, 'info'>;
	readonly forSeconds: number;
	/** The expression in PromQL, for people and for the comparison with a real Prometheus. */
	readonly expression: string;
	/** One sentence: what it does not see, or says wrongly. */
	readonly blindSpot: string;
	evaluate(scene: Scene): readonly AlertSample[];
};

/** One run of an alert: from its first sample to the last. Times are on history's clock. */
export type AlertRun = {
	readonly rule: AlertRule;
	readonly labels: AlertSample['labels'];
	/** The value of the expression at that moment: the newest, or one that was told shortly before a past one. */
	readonly value: number;
	readonly pendingAtMs: number;
	/** Null while it is pending, and where it never fired. */
	readonly firingAtMs: number | null;
	/** Null while it lasts. A run that ended before it fired has no place in a report. */
	readonly resolvedAtMs: number | null;
};

/** Evaluates every rule on a grid of moments as history grows, and keeps the runs, a bounded number of them. */
export type AlertLog = {
	/** Evaluates at each moment of the grid up to `toMs` that was not evaluated yet. Call it after what was read till then was recorded. */
	advance(history: History, toMs: number): void;
	/** The runs that were pending or firing at a moment, the gravest first. */
	at(atMs: number): readonly AlertRun[];
	/** Every run that is kept and has fired, the oldest first. */
	fired(): readonly AlertRun[];
};
