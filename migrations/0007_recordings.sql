CREATE TABLE `recordings` (
	`run_id` text NOT NULL,
	`step` text NOT NULL,
	`attempt` integer NOT NULL,
	`call` integer NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`run_id`, `step`, `attempt`, `call`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "recordings_json" CHECK(json_valid("recordings"."data"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `model_calls` ADD `source` text DEFAULT 'live' NOT NULL CONSTRAINT "model_calls_source" CHECK("source" IN ('live', 'cassette', 'rehearsal', 'script'));--> statement-breakpoint
ALTER TABLE `runs` ADD `source` text CONSTRAINT "runs_source" CHECK("source" IS NULL OR json_valid("source"));--> statement-breakpoint
PRAGMA user_version = 8;
