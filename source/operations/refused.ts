/**
 * A request that does not fit the cluster or the machine, found before anything was asked of any member: an unknown
 * member, a file that exists. One line that says what and what to try; safe to show.
 */
export class Refused extends Error {
	override readonly name = 'Refused';
}
