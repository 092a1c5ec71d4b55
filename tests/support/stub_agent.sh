# An agent for tests. The task in its prompt file is a scenario: a step a line.
#   sh stub_agent.sh PROMPT_FILE TASK_DIR
prompt=$1
dir=$2

# Writes a file as agents should: whole, under another name first.
whole() {
  printf '%s' "$2" > "$1.part" && mv "$1.part" "$1"
}

sed -n '/^TASK:$/,/^INSTRUCTIONS:$/p' "$prompt" | sed '1d;$d' > "$dir/scenario"
while IFS= read -r line <&3; do
  step=${line%% *}
  rest=${line#"$step"}
  rest=${rest# }
  case $step in
    '') ;;
    say) printf '%s\n' "$rest" ;;
    raw) printf "$rest" ;;
    progress) printf '{"step":"%s","message":"%s"}\n' "${rest%% *}" "${rest#* }" >> "$dir/status.jsonl" ;;
    progress-in-folder) printf '{"step":"%s"}\n' "$rest" >> "$dir/results/status.jsonl" ;;
    pause) sleep "$rest" ;;
    # Waits until somebody makes this file in the task's folder.
    await) while [ ! -e "$dir/$rest" ]; do sleep 0.02; done ;;
    result) whole "$dir/result.json" "$rest" ;;
    result-in-folder) whole "$dir/results/result.json" "$rest" ;;
    result-as-folder) mkdir "$dir/result.json" ;;
    half) printf '%s' "$rest" > "$dir/result.json" ;;
    output) head -c "$rest" /dev/zero | tr '\0' x; echo ;;
    env) env > "$dir/environment" ;;
    pids) (trap '' HUP; sleep 1000 & echo $! >> "$dir/pids"); echo $$ >> "$dir/pids" ;;
    daemon) ( ( setsid sh -c 'trap "" HUP; echo $$ >> "$0/pids"; sleep 1000' "$dir" & ) & )
      while [ "$(wc -l < "$dir/pids" 2>/dev/null || echo 0)" -lt "$rest" ]; do sleep 0.02; done ;;
    kill) kill -9 $$ ;;
    exit) exit "$rest" ;;
    *) echo "no such step: $step"; exit 64 ;;
  esac
done 3< "$dir/scenario"
