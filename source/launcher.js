#!/usr/bin/env node
// What a user starts. The build copies it as it is, and it must parse on every Node since 8: no static import, no export,
// nothing newer than import() before the version is known.
const needed = 22;
// The bundle asks for Node's modules in a way that came with 22.3 (and 20.16, which is too old all the same).
const hasBuiltins = typeof process.getBuiltinModule === 'function';
const found = process.versions.node;

function compileCacheFolder(environment) {
	const home = environment.HOME ? `${environment.HOME}/.cache` : null;
	const cache = /^[/]/.test(environment.XDG_CACHE_HOME || '') ? environment.XDG_CACHE_HOME : home;
	return cache === null ? null : `${cache}/etcdtop/compiled`;
}

if (Number.parseInt(found, 10) < needed || !hasBuiltins) {
	console.error(
		`etcdtop: needs Node ${needed}.3 or newer, but ${process.execPath} is Node ${found}; try: nvm install ${needed}, or https://nodejs.org`,
	);
	process.exitCode = 64;
} else {
	const folder = compileCacheFolder(process.env);
	// Only makes the start quicker: a folder that cannot be written is told in its answer, which nobody needs.
	if (folder !== null) process.getBuiltinModule('node:module').enableCompileCache(folder);
	import('./cli.js');
}
