CREATE TABLE `agent_turns` (
	`run_id` text NOT NULL,
	`step` text NOT NULL,
	`conversation` integer NOT NULL,
	`n` integer NOT NULL,
	`is_tool` integer NOT NULL,
	`at` integer NOT NULL,
	`data` text NOT NULL,
	`result` text,
	PRIMARY KEY(`run_id`, `step`, `conversation`, `n`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "agent_turns_tool" CHECK("agent_turns"."is_tool" = 1 OR "agent_turns"."result" IS NULL),
	CONSTRAINT "agent_turns_json" CHECK(json_valid("agent_turns"."data") AND json_valid("agent_turns"."result"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
PRAGMA user_version = 5;
